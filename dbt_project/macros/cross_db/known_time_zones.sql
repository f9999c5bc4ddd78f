{#- A query of the time zone names that the database knows, as zone_name. -#}
{% macro known_time_zones() -%}
    {{ return(adapter.dispatch('known_time_zones')()) }}
{%- endmacro %}

{% macro duckdb__known_time_zones() -%}
    select distinct name as zone_name from pg_timezone_names()
{%- endmacro %}

{#- Readable by every user.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/refrn/V-TIMEZONE_NAMES.html -#}
{% macro oracle__known_time_zones() -%}
    select distinct tzname as zone_name from v$timezone_names
{%- endmacro %}
