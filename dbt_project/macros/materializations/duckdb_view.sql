{#- A view on DuckDB: replaced by one statement. Only where a table stood, or a hook asks for it, does it take a transaction.
    dbt's own builds another beside it, renames both and drops the old one. -#}
{% materialization view, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set was_a_table = existing is not none and not existing.is_view -%}
    {%- set hooks_inside = (pre_hooks + post_hooks) | selectattr('transaction') | list -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- set create_sql = get_create_view_as_sql(target_relation, sql) -%}
    {%- set build_sql = (drop_before(existing) if was_a_table else '') ~ create_sql -%}
    {{ return(write_relation(target_relation, build_sql, in_transaction=was_a_table or hooks_inside | length > 0)) }}
{% endmaterialization %}
