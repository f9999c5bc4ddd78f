{#- A number as text without grouping or trailing zeros: -3, 0.5, 12. The same text on every engine and in every session. -#}
{% macro number_text(number) %}
    {{- return(adapter.dispatch('number_text')(number)) -}}
{% endmacro %}


{% macro default__number_text(number) %}
    {{ exceptions.raise_compiler_error("number_text is not written for the adapter " ~ target.type) }}
{% endmacro %}


{% macro duckdb__number_text(number) -%}
    rtrim(rtrim(cast(cast({{ number }} as decimal(28, 6)) as varchar), '0'), '.')
{%- endmacro %}


{#- FM keeps the point of a whole number, hence rtrim. The decimal point is written out: NLS settings of a session differ. -#}
{% macro oracle__number_text(number) -%}
    rtrim(to_char({{ number }}, 'FM9999999999999999999990D999999', 'NLS_NUMERIC_CHARACTERS=''.,'''), '.')
{%- endmacro %}
