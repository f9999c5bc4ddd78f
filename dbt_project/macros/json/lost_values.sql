{#- Columns of `typed` that don't have the full value of the document, as words separated by blanks; usually null. The first letter says why:
    c:<column> the text was cut to the width of the column, r:<column> a number or time is out of range, u:<column> the value is
    unreadable. The mart value_losses counts them. -#}
{% macro lost_values(columns) -%}
    {%- set words = [] -%}
    {%- for column in columns -%}
        {%- do words.append(lost_word(column)) -%}
    {%- endfor -%}
    {{ adapter.dispatch('joined_words')(words) }}
{%- endmacro %}


{% macro lost_word(column) -%}
    {%- set kind, _, size = column.type.rstrip(')').partition('(') -%}
    {%- set text = column.name ~ '__text' -%}
    {%- if kind == 'string' -%}
        case when length({{ text }}) > {{ size }}
        {%- if column.else_path %} or (coalesce(length(trim({{ text }})), 0) = 0 and length({{ column.name }}__or__text) > {{ size }})
        {%- endif %} then 'c:{{ column.name }} ' end
    {%- elif kind in ('integer', 'decimal') -%}
        case
            when {{ text }} is null or {{ column.name }} is not null then null
            when {{ adapter.dispatch('matches')(text, number_pattern()) }} then 'r:{{ column.name }} '
            else 'u:{{ column.name }} '
        end
    {%- elif kind in ('date', 'timestamp') -%}
        case
            when {{ text }} is null or {{ column.name }} is not null then null
            when
                {{ adapter.dispatch('matches')(text, day_pattern() if kind == 'date' else instant_pattern()) }}
                and (substr({{ text }}, 1, 4) = '0000' or substr({{ text }}, 1, 10) in ('0001-01-01', '9999-12-31'))
                then 'r:{{ column.name }} '
            else 'u:{{ column.name }} '
        end
    {%- else -%}
        case when {{ text }} is not null and {{ column.name }} is null then 'u:{{ column.name }} ' end
    {%- endif -%}
{%- endmacro %}
