{#- The word of a text at a place, from 1; null behind the last one. Words have one blank between them. -#}
{% macro word_at(text, place) -%}
    {{ return(adapter.dispatch('word_at')(text, place)) }}
{%- endmacro %}

{% macro default__word_at(text, place) -%}
    {{ exceptions.raise_compiler_error("word_at is not written for the adapter " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__word_at(text, place) -%}
    string_split({{ text }}, ' ')[{{ place }}]
{%- endmacro %}

{#- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/REGEXP_SUBSTR.html -#}
{% macro oracle__word_at(text, place) -%}
    regexp_substr({{ text }}, '[^ ]+', 1, {{ place }})
{%- endmacro %}
