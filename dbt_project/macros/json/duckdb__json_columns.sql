{#- All paths are read in one pass over the document; try() gives null for a malformed one.
    https://duckdb.org/docs/stable/data/json/json_functions -#}
{% macro duckdb__json_documents(columns) %}
    select
        parsed.*,
        case when json_values is null then 0 else 1 end as is_valid_document
    from (
        select
            versions.*,
            try(json_extract_string(doc, [
                {%- for column in columns %}
                '{{ column.path }}'{{ "," if not loop.last }}
                {%- endfor %}
            ])) as json_values
        from versions
    ) parsed
{% endmacro %}


{#- Text of more than 4,000 bytes is null because Oracle's varchar2 holds no more. -#}
{% macro duckdb__json_value(name, position, kind, size) -%}
    {%- set text = "json_values[" ~ position ~ "]" -%}
    {%- if kind == 'string' -%}
        left(case when strlen({{ text }}) between 1 and 4000 then {{ text }} end, {{ size }})
    {%- elif kind == 'integer' -%}
        try_cast({{ text }} as bigint)
    {%- elif kind == 'decimal' -%}
        try_cast({{ text }} as decimal(19, 6))
    {%- elif kind == 'timestamp' -%}
        try_cast({{ text }} as timestamptz) at time zone 'UTC'
    {%- elif kind == 'date' -%}
        try_cast({{ text }} as date)
    {%- elif kind == 'boolean' -%}
        case {{ text }} when 'true' then 1 when 'false' then 0 end
    {%- endif -%}
{%- endmacro %}
