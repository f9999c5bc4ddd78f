{#- Current time of the database, in UTC without zone. -#}
{% macro utc_now() -%}
    {{ return(adapter.dispatch('utc_now')()) }}
{%- endmacro %}

{% macro duckdb__utc_now() -%}
    cast(current_timestamp at time zone 'UTC' as timestamp)
{%- endmacro %}

{#- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/SYS_EXTRACT_UTC.html -#}
{% macro oracle__utc_now() -%}
    cast(sys_extract_utc(systimestamp) as timestamp)
{%- endmacro %}
