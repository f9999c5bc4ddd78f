{#- Runs the hooks of a model.
    Why: dbt sends `commit;` before hooks outside the transaction. Oracle rejects the semicolon, and both adapters have committed by then.
    Since: dbt-core 1.11, dbt-oracle 1.11.1.
    Remove when: dbt-oracle overrides run_hooks. tests/oracle/test_override_mutations.py shows it. -#}
{% macro run_hooks(hooks, inside_transaction=True) %}
    {%- for hook in hooks | selectattr('transaction', 'equalto', inside_transaction) %}
        {%- set sql = render(hook.get('sql')) | trim -%}
        {%- if sql %}
            {%- call statement(auto_begin=inside_transaction) %}
{{ sql }}
            {% endcall -%}
        {%- endif -%}
    {%- endfor %}
{% endmacro %}
