{#- A UTC timestamp as text to the second: 2026-03-08T14:05:00Z. -#}
{% macro timestamp_text(utc_timestamp) %}
    {{- return(adapter.dispatch('timestamp_text')(utc_timestamp)) -}}
{% endmacro %}


{% macro duckdb__timestamp_text(utc_timestamp) -%}
    strftime({{ utc_timestamp }}, '%Y-%m-%dT%H:%M:%SZ')
{%- endmacro %}


{% macro oracle__timestamp_text(utc_timestamp) -%}
    to_char({{ utc_timestamp }}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
{%- endmacro %}
