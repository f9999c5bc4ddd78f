{#- numerator / denominator with four decimals; null if the denominator is zero or either is null. DuckDB divides decimals as
    doubles and Oracle exactly, so rounding makes them equal. -#}
{% macro ratio(numerator, denominator) -%}
    cast(round({{ numerator }} / nullif({{ denominator }}, 0), 4) as decimal(9, 4))
{%- endmacro %}
