{#- Drops the existing relation, as the first statement of the transaction that recreates it. -#}
{% macro drop_before(existing) %}
    {%- if existing is not none %}
drop {{ existing.type }} if exists {{ existing }};
    {%- endif %}
{% endmacro %}
