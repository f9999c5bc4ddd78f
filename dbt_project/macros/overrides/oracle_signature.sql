{#- A digest of a query and of the columns of all that it reads. As long as it is the same, so are the columns of the query. -#}
{% macro oracle__signature(sql) %}
    {#- a partial build has another number, and the same columns (macros/affected/built_up_to.sql) -#}
    {%- set parts = [modules.re.sub('read_order > [0-9]+', 'read_order > 0', sql)] -%}
    {%- for parent in model.depends_on.nodes if parent in graph.nodes and graph.nodes[parent].config.materialized != 'ephemeral' -%}
        {%- set node = graph.nodes[parent] -%}
        {%- set relation = api.Relation.create(schema=node.schema, identifier=node.alias) -%}
        {%- if node.resource_type != 'model' and parent in selected_resources -%}
            {#- dbt's own materializations have perhaps changed it in this build -#}
            {%- do oracle__note_change(relation, is_new=false) -%}
        {%- endif -%}
        {%- for row in oracle__described(relation) -%}
            {%- do parts.append(row[0] ~ row[1] ~ row[2] ~ row[3] ~ row[4] ~ row[5] ~ row[6]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return('wms-elt ' ~ local_md5(parts | join(' '))) }}
{% endmacro %}
