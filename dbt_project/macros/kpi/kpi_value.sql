{#- numerator / denominator of a KPI with four decimals; null if the denominator is zero. Wider than `ratio`, because a KPI may count units. Rounding
    makes both databases equal, as in `ratio`. -#}
{% macro kpi_value(numerator, denominator) -%}
    cast(round({{ numerator }} / nullif({{ denominator }}, 0), 4) as decimal(19, 4))
{%- endmacro %}
