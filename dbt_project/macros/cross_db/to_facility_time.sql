{#- A UTC timestamp in the local time of a time zone (IANA name), daylight saving included, as a timestamp without zone. -#}
{% macro to_facility_time(utc_timestamp, time_zone) %}
    {{- adapter.dispatch('to_facility_time')(utc_timestamp, time_zone) -}}
{% endmacro %}


{#- https://duckdb.org/docs/stable/sql/functions/timestamptz -#}
{% macro duckdb__to_facility_time(utc_timestamp, time_zone) -%}
    timezone({{ time_zone }}, timezone('UTC', {{ utc_timestamp }}))
{%- endmacro %}


{#- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/Datetime-Expressions.html -#}
{% macro oracle__to_facility_time(utc_timestamp, time_zone) -%}
    cast(from_tz({{ utc_timestamp }}, 'UTC') at time zone {{ time_zone }} as timestamp)
{%- endmacro %}
