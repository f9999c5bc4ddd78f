{#- Runs the statements that make a relation, unless there are none, then the hooks after it, and tells dbt what was made. One
    statement alone takes no transaction, whose begin and commit cost as much; if one is open, because the model looked at the
    database, it ends here. -#}
{% macro write_relation(relation, build_sql, is_one_statement=false) %}
    {%- if build_sql -%}
        {%- set hooks_inside = post_hooks | selectattr('transaction') | list | length > 0 -%}
        {%- call statement('main', auto_begin=hooks_inside or not is_one_statement) %}
{{ build_sql }}
        {%- endcall -%}
    {%- endif -%}
    {%- if relation.is_table and not is_one_statement -%}
        {%- do heed_contract(relation) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{% endmacro %}
