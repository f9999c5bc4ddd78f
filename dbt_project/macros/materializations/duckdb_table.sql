{#- Tables on DuckDB: dropped and created in one transaction, so readers see the old table or the new one, even after a kill.
    Why: dbt-duckdb builds another table, renames both and drops the old one.
    Since: dbt-duckdb 1.11.1. Part of the fast path (var duckdb_fast_path).
    Remove when: building with duckdb_fast_path = false is no slower. -#}
{% materialization table, adapter='duckdb' %}
    {%- if not is_fast_path() -%}
        {{ return(dbt.materialization_table_duckdb()) }}
    {%- endif -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- set create_sql = create_table_of_model(target_relation) -%}
    {{ return(write_relation(target_relation, drop_before(load_cached_relation(this)) ~ create_sql)) }}
{% endmaterialization %}
