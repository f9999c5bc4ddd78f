{#- Triples of a mart, an entity and 1 if the mart has no rows without it (its `meta.needs`), or 0 if only columns of the mart depend on it (its
    `meta.improved_by`). Empty while dbt parses. -#}
{% macro needed_entities() %}
    {%- set found = [] -%}
    {%- for node in graph.get('nodes', {}).values() if node.resource_type == 'model' -%}
        {%- set meta = node.config.get('meta') or {} -%}
        {%- for entity in meta.get('needs', []) -%}
            {%- do found.append((node.alias, entity, 1)) -%}
        {%- endfor -%}
        {%- for entity in meta.get('improved_by', []) -%}
            {%- do found.append((node.alias, entity, 0)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found | sort) }}
{% endmacro %}
