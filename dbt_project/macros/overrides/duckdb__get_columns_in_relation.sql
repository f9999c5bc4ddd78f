{#- Reads the columns of a relation without an agate table.
    Why: agate guesses the type of every value, which takes longer than the query.
    Since: dbt-duckdb 1.11.1. Part of the fast path (var duckdb_fast_path).
    Remove when: dbt-duckdb reads columns without agate, or the fast path goes. -#}
{% macro duckdb__get_columns_in_relation(relation) -%}
    {%- if not var('duckdb_fast_path', true) -%}
        {{ return(dbt.duckdb__get_columns_in_relation(relation)) }}
    {%- endif -%}
    {{ return(adapter.get_column_schema_from_query('from ' ~ relation)) }}
{%- endmacro %}
