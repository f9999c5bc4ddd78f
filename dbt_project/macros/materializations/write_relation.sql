{#- Runs the statements that make a relation, then the hooks after it, and tells dbt what was made. A single statement needs no
    transaction, which costs two more. -#}
{% macro write_relation(relation, build_sql, in_transaction=true) %}
    {%- call statement('main', auto_begin=in_transaction) %}
{{ build_sql }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- if in_transaction %}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{% endmacro %}
