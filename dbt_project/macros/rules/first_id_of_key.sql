{#- The lowest id among the current records with the same natural key; null for a deleted record and for an incomplete key. A window function, so that
    no table is joined with itself. -#}
{% macro first_id_of_key(relation, id, key) -%}
    {%- set columns = [] -%}
    {%- for column in key -%}
        {%- do columns.append(relation ~ "." ~ column) -%}
    {%- endfor -%}
    case
        when {{ relation }}.is_deleted = 0 and {{ columns | join(' is not null and ') }} is not null
            then min({{ relation }}.{{ id }}) over (partition by {{ columns | join(', ') }}, {{ relation }}.is_deleted)
    end
{%- endmacro %}
