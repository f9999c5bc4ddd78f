{#- Quantity that the customer wants: the original ordered quantity if it is known, because the WMS lowers the ordered quantity when it cancels
    a shortage. -#}
{% macro wanted_qty(ordered, original) -%}
    case when {{ original }} > 0 then {{ original }} else {{ ordered }} end
{%- endmacro %}
