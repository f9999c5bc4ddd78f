{#- Replaces a view in one statement.
    Why: dbt builds a new view, renames both and drops the old one: four statements instead of one.
    Since: dbt-duckdb 1.11.1. Part of the fast path (var duckdb_fast_path).
    Remove when: dbt-duckdb creates views with `create or replace`, or the fast path goes. -#}
{% macro duckdb__create_view_as(relation, sql) -%}
    {%- if not var('duckdb_fast_path', true) -%}
        {{ return(dbt.duckdb__create_view_as(relation, sql)) }}
    {%- endif -%}
    {%- if config.get('contract').enforced %}
        {{- get_assert_columns_equivalent(sql) }}
    {%- endif %}
create or replace view {{ relation }} as (
{{ sql }}
);
{%- endmacro %}
