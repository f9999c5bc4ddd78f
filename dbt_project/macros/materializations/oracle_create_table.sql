{#- Creates the table with the rows of the query. An existing one is renamed first, and dropped when the new one exists; a view is dropped. -#}
{% macro oracle__create_table(target_relation, existing, sql) %}
    {%- set backup = this.incorporate(type='table', path={'identifier': this.identifier ~ '__dbt_backup'}) -%}
    {%- if existing and existing.is_table -%}
        {%- do adapter.drop_relation(backup) if load_cached_relation(backup) -%}
        {%- do adapter.rename_relation(existing, backup) -%}
    {%- elif existing -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ create_table_as(False, target_relation, sql) }}
    {%- endcall -%}
    {%- do oracle__note_change(target_relation) -%}
{% endmacro %}


{#- After the commit: drops the former table, which owns the names of its indexes; comments, hooks outside the transaction, grants and tests. -#}
{% macro oracle__finish(target_relation, existing) %}
    {%- set backup = this.incorporate(type='table', path={'identifier': this.identifier ~ '__dbt_backup'}) -%}
    {%- do adapter.drop_relation(backup) if load_cached_relation(backup) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=true)) -%}
    {%- do oracle__test_model(target_relation) -%}
{% endmacro %}
