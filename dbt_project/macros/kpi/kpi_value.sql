{#- numerator / denominator of a KPI, four decimals; null when the denominator is zero. Wider than `ratio`, as a KPI may
    count units. The rounding makes the engines equal, as in `ratio`. -#}
{% macro kpi_value(numerator, denominator) -%}
    cast(round({{ numerator }} / nullif({{ denominator }}, 0), 4) as decimal(19, 4))
{%- endmacro %}
