{#- A view on DuckDB: dropped and made anew in one transaction, as a table is (duckdb_table.sql). -#}
{% materialization view, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- set create_sql = get_create_view_as_sql(target_relation, sql) -%}
    {{ return(write_relation(target_relation, drop_before(load_cached_relation(this)) ~ create_sql)) }}
{% endmaterialization %}
