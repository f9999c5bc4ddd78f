{#- A subquery of these columns, a mapping of name to type, without rows. -#}
{% macro no_rows(columns) -%}
(
        select
            {%- for name, type in columns.items() %}
            cast(null as {{ type }}) as {{ name }}{{ "," if not loop.last }}
            {%- endfor %}
        {{ from_dual() }}
        where 1 = 0
    ) no_rows
{%- endmacro %}
