{#- A subquery without rows, with these columns (a mapping of name to type). -#}
{% macro empty_relation(columns) -%}
(
        select
            {%- for name, type in columns.items() %}
            cast(null as {{ type }}) as {{ name }}{{ "," if not loop.last }}
            {%- endfor %}
        {{ from_dual() }}
        where 1 = 0
    ) no_rows
{%- endmacro %}
