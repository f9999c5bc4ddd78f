{#- Runs the statements that make a relation, then the hooks after it, and tells dbt what was made. -#}
{% macro write_relation(relation, build_sql) %}
    {%- call statement('main') %}
{{ build_sql }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{% endmacro %}
