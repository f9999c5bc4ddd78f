{#- A timestamp or date plus a number of days, as a timestamp. The number is an expression and may be fractional or negative. -#}
{% macro add_days(expression, days) -%}
    {{ return(adapter.dispatch('add_days')(expression, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(expression, days) -%}
    (cast({{ expression }} as timestamp) + to_microseconds(cast(({{ days }}) * 86400000000 as bigint)))
{%- endmacro %}

{#- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/NUMTODSINTERVAL.html -#}
{% macro oracle__add_days(expression, days) -%}
    (cast({{ expression }} as timestamp) + numtodsinterval({{ days }}, 'DAY'))
{%- endmacro %}
