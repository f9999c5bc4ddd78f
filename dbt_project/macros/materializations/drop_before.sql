{#- Drops what bears a model's name, as the first statement of the transaction that makes it anew. -#}
{% macro drop_before(existing) %}
    {%- if existing is not none %}
drop {{ existing.type }} if exists {{ existing }};
    {%- endif %}
{% endmacro %}
