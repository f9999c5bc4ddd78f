{#- A condition of a rule: the code is set and is not in the list, ignoring case. An empty list accepts every code. -#}
{% macro not_in_list(code, known) -%}
    {{ return("upper(" ~ code ~ ") not in ('" ~ known | map('upper') | join("', '") ~ "')" if known else '1 = 0') }}
{%- endmacro %}
