{#- The statement that creates a table with a model's rows; follow it with `assert_contract`. dbt plans a query with a contract twice, to look at its
    columns first. Tables with constraints still go through dbt's macro, because their columns are in the statement. -#}
{% macro create_table_of_model(relation, temporary=false) %}
    {%- set constraints = model.columns.values() | map(attribute='constraints') | sum(start=[]) -%}
    {%- if constraints or model.constraints -%}
        {{ return(create_table_as(temporary, relation, compiled_code)) }}
    {%- endif -%}
{{ config.get('sql_header') or '' }}
create {{ 'temporary' if temporary }} table {{ relation.include(database=not temporary, schema=not temporary) }} as (
{{ compiled_code }}
);
{% endmacro %}
