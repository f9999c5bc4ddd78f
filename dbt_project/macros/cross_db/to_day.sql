{#- The day of a timestamp, without time. dbt.date_trunc('day') is the first day of the week on Oracle,
    and a cast to date keeps the time there. -#}
{% macro to_day(expression) -%}
    {{ return(adapter.dispatch('to_day')(expression)) }}
{%- endmacro %}

{% macro default__to_day(expression) -%}
    {{ exceptions.raise_compiler_error("to_day is not written for the adapter " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__to_day(expression) -%}
    cast({{ expression }} as date)
{%- endmacro %}

{#- By way of text: a cast of a timestamp to date may round 23:59:59.9 into the next day, a format model never does.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/Format-Models.html -#}
{% macro oracle__to_day(expression) -%}
    to_date(to_char({{ expression }}, 'YYYY-MM-DD'), 'YYYY-MM-DD')
{%- endmacro %}
