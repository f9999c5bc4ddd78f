{#- The due date of an order: the first of the columns in the variable due_date_columns that is set (`date`), or the name of that column (`source`). -#}
{% macro first_due_date(part) -%}
    {%- set columns = var('due_date_columns') -%}
    case
        {%- for column in columns %}
        when {{ column }} is not null then {{ column if part == 'date' else "'" ~ column ~ "'" }}
        {%- endfor %}
    end
{%- endmacro %}
