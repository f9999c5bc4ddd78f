{#- A condition: the code is set and none of the list, in whatever case. An empty list knows every code. -#}
{% macro not_in_list(code, known) -%}
    {{ return("upper(" ~ code ~ ") not in ('" ~ known | map('upper') | join("', '") ~ "')" if known else '1 = 0') }}
{%- endmacro %}
