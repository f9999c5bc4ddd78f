{#- numerator / denominator, four decimals; null when the denominator is zero or either is null. DuckDB divides decimals as
    doubles and Oracle exactly: the rounding makes them equal. -#}
{% macro ratio(numerator, denominator) -%}
    cast(round({{ numerator }} / nullif({{ denominator }}, 0), 4) as decimal(9, 4))
{%- endmacro %}
