{#- Incremental models on DuckDB.
    Why: dbt-duckdb reads the columns six times, among others to widen texts, which have no width on DuckDB. Two reads are enough unless columns differ.
    It also runs a merge when there is nothing to merge, which costs as much as a small merge.
    Since: dbt-duckdb 1.11.1. Part of the fast path (var duckdb_fast_path).
    Remove when: building with duckdb_fast_path = false is no slower. -#}
{% materialization incremental, adapter='duckdb' %}
    {%- if not is_fast_path() -%}
        {{ return(dbt.materialization_incremental_duckdb()) }}
    {%- endif -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- set strategy_name = config.get('incremental_strategy') or 'default' -%}
    {%- if existing is none or existing.is_view or should_full_refresh() -%}
        {%- set build_sql = drop_before(existing) ~ create_table_of_model(target_relation) -%}
        {{ return(write_relation(target_relation, build_sql)) }}
    {%- endif -%}

    {%- if compiled_code | trim == no_changes() -%}
        {%- call noop_statement('main', 'no changes', rows_affected=0) %}{{ compiled_code }}{% endcall -%}
        {{ return(write_relation(target_relation, none, is_one_statement=true)) }}
    {%- endif -%}
    {%- set changes = make_temp_relation(target_relation) -%}
    {%- call statement('main', fetch_result=true, auto_begin=false) %}
{{ create_table_of_model(changes, temporary=true) }}
    {%- endcall -%}
    {%- if is_of_former_release(changes, existing) -%}
        {%- set build_sql = drop_before(existing) ~ create_table_of_model(target_relation) -%}
        {{ return(write_relation(target_relation, build_sql)) }}
    {%- endif -%}
    {%- set columns = columns_to_write(changes, existing) -%}
    {%- set by_row = strategy_name in ('merge', 'append') -%}
    {%- if by_row and load_result('main').data[0][0] == 0 -%}
        {{ return(write_relation(target_relation, none, is_one_statement=true)) }}
    {%- endif -%}
    {%- set strategy = adapter.get_incremental_strategy_macro(context, strategy_name) -%}
    {%- set build_sql = strategy({
        'target_relation': target_relation,
        'temp_relation': changes,
        'unique_key': config.get('unique_key'),
        'dest_columns': columns,
        'incremental_predicates': config.get('predicates') or config.get('incremental_predicates'),
    }) -%}
    {{ return(write_relation(target_relation, build_sql, is_one_statement=by_row)) }}
{% endmaterialization %}
