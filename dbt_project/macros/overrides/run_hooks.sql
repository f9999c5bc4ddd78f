{#- Hooks of a model. dbt's own sends `commit;` before those outside the transaction; Oracle knows no semicolon there, and both
    adapters have committed by then. -#}
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
