{#- Runs the statements that build a relation, if any, then its hooks, and returns the relation to dbt. A single statement runs without a transaction,
    whose begin and commit would cost as much. A transaction that is open because the model queried the database ends here. -#}
{% macro write_relation(relation, build_sql, is_one_statement=false) %}
    {%- if build_sql -%}
        {%- set hooks_inside = post_hooks | selectattr('transaction') | list | length > 0 -%}
        {%- call statement('main', auto_begin=hooks_inside or not is_one_statement) %}
{{ build_sql }}
        {%- endcall -%}
    {%- endif -%}
    {%- if relation.is_table and not is_one_statement -%}
        {%- do assert_contract(relation) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{% endmacro %}
