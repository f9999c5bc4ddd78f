{#- A number as text without grouping or trailing zeros: -3, 0.5, 12. Equal on both databases and in every session. -#}
{% macro number_text(number) %}
    {{- return(adapter.dispatch('number_text')(number)) -}}
{% endmacro %}


{% macro duckdb__number_text(number) -%}
    rtrim(rtrim(cast(cast({{ number }} as decimal(28, 6)) as varchar), '0'), '.')
{%- endmacro %}


{#- FM keeps the decimal point of a whole number, hence rtrim. The decimal point is explicit, because NLS settings differ by session. -#}
{% macro oracle__number_text(number) -%}
    rtrim(to_char({{ number }}, 'FM9999999999999999999990D999999', 'NLS_NUMERIC_CHARACTERS=''.,'''), '.')
{%- endmacro %}
