{#- A view on DuckDB: replaced by one statement; a table of its name is dropped before, in the same transaction.
    dbt's own builds another beside it, renames both and drops the old one. -#}
{% materialization view, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- set create_sql = get_create_view_as_sql(target_relation, sql) -%}
    {%- set was_a_table = existing is not none and not existing.is_view -%}
    {%- set build_sql = (drop_before(existing) if was_a_table else '') ~ create_sql -%}
    {{ return(write_relation(target_relation, build_sql, is_one_statement=not was_a_table)) }}
{% endmaterialization %}
