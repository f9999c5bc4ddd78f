{#- Incremental models on Oracle: hooks inside the transaction, such as the deletion of absent rows, and the change become visible together.
    Why: dbt-oracle writes comments between the merge and the hooks, and each comment commits. It creates and drops a temporary table in each build,
    asks for columns five times, and merges even if nothing changed.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle writes comments after the hooks. tests/oracle/test_kills.py then passes without this file. -#}
{% materialization incremental, adapter='oracle' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- if existing is none or existing.is_view or should_full_refresh() -%}
        {{ run_hooks(pre_hooks) }}
        {%- do oracle__create_table(target_relation, existing, compiled_code) -%}
    {%- elif compiled_code | trim == no_changes() -%}
        {{ run_hooks(pre_hooks) }}
        {%- call noop_statement('main', 'no changes', rows_affected=0) %}{{ compiled_code }}{% endcall -%}
    {%- else -%}
        {%- set opening = oracle__rendered(pre_hooks) -%}
        {#- definitions commit, so they come first -#}
        {%- set changes = oracle__changes_table(compiled_code, oracle__signature(compiled_code)) -%}
        {%- set is_former = is_of_former_release(changes, existing) -%}
        {%- set columns = [] if is_former else oracle__columns_to_write(changes, existing) -%}
        {%- do oracle__run_rendered(opening) -%}
        {%- set rows = none if is_former else oracle__fill_changes(changes, compiled_code) -%}
        {%- set strategy_name = config.get('incremental_strategy') or 'default' -%}
        {%- if is_former -%}
            {%- do oracle__create_table(target_relation, existing, compiled_code) -%}
        {%- elif rows == 0 and strategy_name in ('append', 'merge', 'default') -%}
            {%- call noop_statement('main', 'no changes', rows_affected=0) %}{{ compiled_code }}{% endcall -%}
        {%- else -%}
            {%- set strategy = adapter.get_incremental_strategy_macro(context, strategy_name) -%}
            {%- set build_sql = strategy({
                'target_relation': target_relation,
                'temp_relation': changes,
                'unique_key': config.get('unique_key'),
                'dest_columns': columns,
                'incremental_predicates': config.get('predicates') or config.get('incremental_predicates'),
            }) -%}
            {%- call statement('main') %}
{{ oracle__committed(strategy_name, build_sql) }}
            {% endcall -%}
        {%- endif -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {%- do oracle__finish(target_relation, existing) -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- The columns that the changes fill, after `on_schema_change` has been applied. -#}
{% macro oracle__columns_to_write(changes, existing) %}
    {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
    {%- do oracle__apply_partition_config_to_existing_relation(existing) if config.get('partition_config') -%}
    {%- if not oracle__is_same_shape(changes, existing, types=on_schema_change == 'sync_all_columns') -%}
        {%- do adapter.expand_target_column_types(from_relation=changes, to_relation=existing) -%}
        {%- do oracle__note_change(existing, is_new=false) -%}
        {%- do process_schema_changes(on_schema_change, changes, existing) -%}
        {%- do oracle__note_change(existing, is_new=false) -%}
    {%- endif -%}
    {%- set filled = oracle__get_columns_in_relation(changes) | map(attribute='name') | list -%}
    {{ return(oracle__get_columns_in_relation(existing) | selectattr('name', 'in', filled) | list) }}
{% endmacro %}
