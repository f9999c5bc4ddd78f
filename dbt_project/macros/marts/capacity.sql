{#- A capacity of a location; null if it has no limit, which the WMS shows as 0 or as 9999999. -#}
{% macro capacity(limit) -%}
    case when {{ limit }} > 0 and {{ limit }} < 9999999 then {{ limit }} end
{%- endmacro %}
