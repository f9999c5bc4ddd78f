{#- Rows that a generic test looks at: in a partial build only affected rows, because the others were tested when they were written.
    Why: tests of all rows would cost as much as the whole history in every run.
    Since: the first release. This changes what a test reads, it is not a fix.
    Remove when: dbt lets a project filter the rows of all tests of a model. -#}
{% macro default__get_where_subquery(relation) -%}
    {%- set node = graph.nodes.get(model.attached_node) if execute else none -%}
    {%- set partial = rows_to_test(node, model) if node else '' -%}
    {%- set conditions = [config.get('where', ''), partial] | select | list -%}
    {{ return(limited_to(relation, conditions)) }}
{%- endmacro %}


{% macro limited_to(relation, conditions) -%}
    {%- if not conditions -%}
        {{ return(relation) }}
    {%- endif -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ conditions | join(' and ') ~ ') dbt_subquery') }}
{%- endmacro %}


{#- The condition on the rows of a model that a generic test looks at in this build; empty for all. -#}
{% macro rows_to_test(node, test) -%}
    {%- if not built_up_to() or test.name in tests_of_all_rows() -%}
        {{ return('') }}
    {%- endif -%}
    {%- set affected, source = node.config.meta.get('affected'), node.name.removeprefix('stg_wms__').removesuffix('_versions') -%}
    {%- if affected -%}
        {%- set keys = graph.nodes.values() | selectattr('name', 'equalto', affected['keys']) | first -%}
        {{ return(affected.column ~ ' in (select * from ' ~ keys.relation_name ~ ')') }}
    {%- elif source in built_up_to() and test.test_metadata.name != 'has_every_document' -%}
        {{ return(is_new(source)) }}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}
