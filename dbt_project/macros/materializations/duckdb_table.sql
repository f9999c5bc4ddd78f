{#- A table on DuckDB: dropped and made anew in one transaction, so that readers and a kill see the old one or the new one.
    dbt's own builds another beside it, renames both and drops the old one. -#}
{% materialization table, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- set create_sql = create_table_of_model(target_relation) -%}
    {{ return(write_relation(target_relation, drop_before(load_cached_relation(this)) ~ create_sql)) }}
{% endmaterialization %}
