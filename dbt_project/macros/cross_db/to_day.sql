{#- The day of a timestamp, without time. On Oracle, dbt.date_trunc('day') gives the first day of the week, and a cast to date keeps the time. -#}
{% macro to_day(expression) -%}
    {{ return(adapter.dispatch('to_day')(expression)) }}
{%- endmacro %}

{% macro duckdb__to_day(expression) -%}
    cast({{ expression }} as date)
{%- endmacro %}

{#- Converts through text: a cast of a timestamp to date may round 23:59:59.9 up to the next day, a format model doesn't.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/Format-Models.html -#}
{% macro oracle__to_day(expression) -%}
    to_date(to_char({{ expression }}, 'YYYY-MM-DD'), 'YYYY-MM-DD')
{%- endmacro %}
