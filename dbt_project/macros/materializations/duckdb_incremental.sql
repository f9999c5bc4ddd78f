{#- An incremental model on DuckDB: only what changed, by the strategy of its config, or all of it as a table is made.
    dbt's own asks six times for columns, among them to widen texts, which have no width here; two are enough unless the columns
    differ. -#}
{% materialization incremental, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- set strategy_name = config.get('incremental_strategy') or 'default' -%}
    {%- set is_made_anew = existing is none or existing.is_view or should_full_refresh() -%}
    {%- if is_made_anew -%}
        {%- set build_sql = drop_before(existing) ~ create_table_as(False, target_relation, compiled_code) -%}
    {%- else -%}
        {%- set changes = make_temp_relation(target_relation) -%}
        {%- do run_query(create_table_as(True, changes, compiled_code)) -%}
        {%- set strategy = adapter.get_incremental_strategy_macro(context, strategy_name) -%}
        {%- set build_sql = strategy({
            'target_relation': target_relation,
            'temp_relation': changes,
            'unique_key': config.get('unique_key'),
            'dest_columns': columns_to_write(changes, existing),
            'incremental_predicates': config.get('predicates') or config.get('incremental_predicates'),
        }) -%}
    {%- endif -%}
    {%- set is_one_statement = strategy_name in ('merge', 'append') and not is_made_anew -%}
    {{ return(write_relation(target_relation, build_sql, is_one_statement)) }}
{% endmaterialization %}
