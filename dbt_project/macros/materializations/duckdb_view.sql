{#- Views on DuckDB: replaced in one statement. A table of the same name is dropped before, in the same transaction.
    Why: dbt builds another view, renames both and drops the old one.
    Since: dbt-core 1.11 with dbt-duckdb 1.11.1. Part of the fast path (var duckdb_fast_path).
    Remove when: building with duckdb_fast_path = false is no slower. -#}
{% materialization view, adapter='duckdb' %}
    {%- if not is_fast_path() -%}
        {{ return(dbt.materialization_view_default()) }}
    {%- endif -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- set create_sql = get_create_view_as_sql(target_relation, sql) -%}
    {%- set was_a_table = existing is not none and not existing.is_view -%}
    {%- set build_sql = (drop_before(existing) if was_a_table else '') ~ create_sql -%}
    {{ return(write_relation(target_relation, build_sql, is_one_statement=not was_a_table)) }}
{% endmaterialization %}
