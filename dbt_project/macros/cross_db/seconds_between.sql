{#- Whole seconds from one timestamp to another, without fractions; negative if the second is earlier.
    dbt.datediff('second') is fractional on Oracle and counts boundaries on DuckDB. -#}
{% macro seconds_between(start_at, end_at) -%}
    {{ return(adapter.dispatch('seconds_between')(start_at, end_at)) }}
{%- endmacro %}

{% macro duckdb__seconds_between(start_at, end_at) -%}
    cast(trunc((epoch_us(cast({{ end_at }} as timestamp)) - epoch_us(cast({{ start_at }} as timestamp))) / 1000000) as bigint)
{%- endmacro %}

{#- The difference of two timestamps is an interval, which has no function for its total seconds. So the macro adds its parts.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/EXTRACT-datetime.html -#}
{% macro oracle__seconds_between(start_at, end_at) -%}
    {%- set elapsed = "(cast(" ~ end_at ~ " as timestamp) - cast(" ~ start_at ~ " as timestamp))" -%}
    trunc(extract(day from {{ elapsed }}) * 86400 + extract(hour from {{ elapsed }}) * 3600
        + extract(minute from {{ elapsed }}) * 60 + extract(second from {{ elapsed }}))
{%- endmacro %}
