{#- The word at a position of a text, counted from 1; null after the last word. Words are separated by one blank. -#}
{% macro word_at(text, place) -%}
    {{ return(adapter.dispatch('word_at')(text, place)) }}
{%- endmacro %}

{% macro duckdb__word_at(text, place) -%}
    string_split({{ text }}, ' ')[{{ place }}]
{%- endmacro %}

{#- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/REGEXP_SUBSTR.html -#}
{% macro oracle__word_at(text, place) -%}
    regexp_substr({{ text }}, '[^ ]+', 1, {{ place }})
{%- endmacro %}
