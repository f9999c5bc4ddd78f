{#- The statement that makes a table of a model's rows, to be followed by `heed_contract`. dbt's own plans a query with a contract
    twice, to look at its columns first; it is left the tables with constraints, whose columns stand in the statement. -#}
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
