{#- Writes no comments on DuckDB.
    Why: the docs site shows descriptions; writing them as comments took a fifth of the time of a build without changes.
    Since: dbt-duckdb 1.11.1. Part of the fast path (var duckdb_fast_path).
    Remove when: comments are wanted on DuckDB, or dbt writes only those that changed. -#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if not var('duckdb_fast_path', true) -%}
        {{ return(dbt.default__persist_docs(relation, model, for_relation, for_columns)) }}
    {%- endif -%}
{%- endmacro %}
