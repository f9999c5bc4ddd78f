{#- Incremental models on Oracle: the merge and the hooks inside the transaction, such as the deletion of absent rows, become visible together.
    Why: dbt-oracle writes comments between the merge and the hooks, and each comment commits. It also runs queries without changes.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle writes comments after the hooks. tests/oracle/test_kills.py then passes without this file. -#}
{% materialization incremental, adapter='oracle' %}
    {%- set existing = load_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set is_rebuilt = existing is none or existing.is_view or should_full_refresh() -%}
    {%- set backup = this.incorporate(type='table', path={'identifier': this.identifier ~ '__dbt_backup'}) -%}
    {%- set to_drop = [] -%}
    {%- if load_cached_relation(backup) -%}
        {#- Frees the name for a table that is built again. Returns the relation to drop once the new table exists. -#}
        {%- do to_drop.append(backup) -%}
    {%- endif -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- if is_rebuilt -%}
        {%- do to_drop.append(set_aside(existing, backup)) -%}
        {%- call statement('main') -%}
            {{ create_table_as(False, target_relation, compiled_code) }}
        {%- endcall -%}
    {%- elif compiled_code | trim == no_changes() -%}
        {%- call noop_statement('main', 'no changes', rows_affected=0) %}{{ compiled_code }}{% endcall -%}
    {%- else -%}
        {%- set changes = make_temp_relation(target_relation) -%}
        {%- do to_drop.append(changes) -%}
        {%- call statement('make_changes') -%}
            {{ create_table_as(True, changes, compiled_code) }}
        {%- endcall -%}
        {%- call statement('main') -%}
            {{ oracle__changes_sql(changes, target_relation, existing) }}
        {%- endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {%- for relation in to_drop if relation -%}
        {%- do adapter.truncate_relation(relation) if relation != backup -%}
        {%- do adapter.drop_relation(relation) -%}
    {%- endfor -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing.is_table, should_full_refresh())) -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- The statement that writes the changes by the model's strategy, after applying `on_schema_change`. -#}
{% macro set_aside(existing, backup) %}
    {%- if existing is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- if existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- do adapter.drop_relation(backup) -%}
    {%- do adapter.rename_relation(existing, backup) -%}
    {{ return(backup) }}
{% endmacro %}


{#- The block that writes the changes by the model's strategy, after `on_schema_change` has been applied. -#}
{% macro oracle__changes_sql(changes, target_relation, existing) %}
    {%- do adapter.expand_target_column_types(from_relation=changes, to_relation=target_relation) -%}
    {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
    {%- set columns = process_schema_changes(on_schema_change, changes, existing) or adapter.get_columns_in_relation(existing) -%}
    {%- do oracle__apply_partition_config_to_existing_relation(target_relation) -%}
    {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}
    {%- set build_sql = strategy({
        'target_relation': target_relation,
        'temp_relation': changes,
        'unique_key': config.get('unique_key'),
        'dest_columns': columns,
        'incremental_predicates': config.get('predicates') or config.get('incremental_predicates'),
    }) -%}
    {{ return(oracle__wrap_incremental_sql_with_tmp_cleanup(build_sql, changes)) }}
{% endmacro %}
