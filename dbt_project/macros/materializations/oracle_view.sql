{#- Views on Oracle: replaced only if the text or a column that it reads has changed. The text begins with the signature of the query.
    Why: dbt-oracle replaces each view in each build, which invalidates cursors and dependent views, and writes its comments again.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle compares texts. `make bench ARGS="--only oracle-run"` counts the definitions. -#}
{% materialization view, adapter='oracle' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set signature = '/* ' ~ oracle__signature(compiled_code) ~ ' */' -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- if existing and existing.is_view and (oracle__dictionary().view.get(this.identifier | upper) or '').startswith(signature) -%}
        {%- call noop_statement('main', 'no changes', rows_affected=0) %}{{ compiled_code }}{% endcall -%}
    {%- else -%}
        {%- do adapter.drop_relation(existing) if existing and not existing.is_view -%}
        {%- call statement('main') -%}
            {{ get_create_view_as_sql(target_relation, signature ~ '\n' ~ compiled_code) }}
        {%- endcall -%}
        {%- do oracle__note_change(target_relation) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {%- do oracle__finish(target_relation, existing) -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
