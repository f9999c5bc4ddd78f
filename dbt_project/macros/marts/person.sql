{#- A person in a mart: a pseudonym, or the name if the variable show_people is true. Equal for equal names in all marts. -#}
{% macro person(column) -%}
    cast({{ column if var('show_people') else pseudonym(column, 32) }} as varchar(32))
{%- endmacro %}
