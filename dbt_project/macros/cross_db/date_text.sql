{#- The day of a date or timestamp as text: 2026-03-08. -#}
{% macro date_text(day) %}
    {{- return(adapter.dispatch('date_text')(day)) -}}
{% endmacro %}


{% macro duckdb__date_text(day) -%}
    strftime({{ day }}, '%Y-%m-%d')
{%- endmacro %}


{% macro oracle__date_text(day) -%}
    to_char({{ day }}, 'YYYY-MM-DD')
{%- endmacro %}
