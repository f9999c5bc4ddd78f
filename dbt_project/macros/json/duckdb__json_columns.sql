{#- Reads all paths in one pass over the document; try() gives null for a malformed one. Objects and arrays become null, as on Oracle: the few
    documents with a text that looks like one are parsed again to check.
    https://duckdb.org/docs/stable/data/json/json_functions -#}
{% macro duckdb__json_documents(columns) %}
    {%- set paths -%}
        [
                {%- for column in columns %}
                '{{ column.path }}'{{ "," if not loop.last }}
                {%- endfor %}
            ]
    {%- endset %}
    select
        scalars.*,
        {%- for column in columns %}
        nullif(json_values[{{ loop.index }}], '') as {{ column.name }}__text,
        {%- endfor %}
        case when json_values is null then 0 else 1 end as is_valid_document
    from (
        select
            parsed.* replace (
                case
                    when regexp_matches('|' || array_to_string(json_values, '|'), '[|][{\[]')
                        then list_transform(
                            list_zip(json_values, json_type(doc, {{ paths }})),
                            lambda pair: case when pair[2] not in ('OBJECT', 'ARRAY') then pair[1] end
                        )
                    else json_values
                end as json_values
            )
        from (
            select
                versions.*,
                try(json_extract_string(doc, {{ paths }})) as json_values
            from versions
        ) parsed
    ) scalars
{% endmacro %}


{#- Follows the rules of oracle__json_value. `glob` is a cheap test for characters that no number has. -#}
{% macro duckdb__json_value(name, kind, size) -%}
    {%- set text = name ~ '__text' -%}
    {%- set trimmed = "trim(" ~ text ~ ")" -%}
    {%- set is_numeric = "length(" ~ text ~ ") <= " ~ longest_scalar() ~ " and " ~ trimmed ~ " not glob '*[!0-9eE.+-]*'" -%}
    {%- set number = "try_cast(" ~ trimmed ~ " as decimal(38, 18))" -%}
    {%- set instant = "try_cast(" ~ text ~ " as timestamptz) at time zone 'UTC'" -%}
    {%- if kind == 'string' -%}
        left({{ text }}, {{ size }})
    {%- elif kind == 'integer' -%}
        case
            when {{ text }} not glob '*[!0-9]*' then try_cast({{ text }} as bigint)
            when {{ is_numeric }} and {{ number }} = trunc({{ number }}) then try_cast({{ number }} as bigint)
        end
    {%- elif kind == 'decimal' -%}
        case when {{ is_numeric }} then try_cast({{ trimmed }} as decimal(19, 6)) end
    {%- elif kind == 'timestamp' -%}
        case
            when
                regexp_full_match({{ text }}, '{{ instant_pattern() }}')
                and {{ instant }} between timestamp '0001-01-01 00:00:00' and timestamp '9999-12-31 23:59:59.999999'
                then {{ instant }}
        end
    {%- elif kind == 'date' -%}
        case
            when regexp_matches({{ text }}, '{{ day_pattern() }}') and left({{ text }}, 4) <> '0000'
                then try_cast(left({{ text }}, 10) as date)
        end
    {%- elif kind == 'boolean' -%}
        case {{ text }} when 'true' then 1 when 'false' then 0 end
    {%- endif -%}
{%- endmacro %}


{% macro duckdb__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}


{% macro duckdb__joined_words(words) -%}
    nullif(rtrim(concat(
        {{ words | join(",\n        ") }}
    )), '')
{%- endmacro %}
