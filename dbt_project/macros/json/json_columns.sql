{#- The CTEs after `versions`: each document is parsed once, then every column of the spec is an expression over the values
    found. The promise, held by unit tests on both databases: a missing, null, empty or unconvertible value is null; a
    malformed document has nulls and is_valid_document = 0; no row is lost. -#}
{% macro json_columns(key, columns) -%}
documents as (
{{ adapter.dispatch('json_documents')(columns) }}
),

final as (

    select
        entity_id as {{ key }},
        {%- for column in columns %}
        {{ json_column(column, loop.index) }} as {{ column.name }},
        {%- endfor %}
        is_valid_document,
        -- the loader marks a version that the configured scope no longer includes with 2: the WMS still has the record
        cast(case when is_deleted = 1 then 1 else 0 end as integer) as is_deleted,
        cast(case when is_deleted = 2 then 0 else 1 end as integer) as is_in_scope,
        case when is_deleted = 1 then read_at end as deleted_at,
        read_at as loaded_at,
        dlt_load_id as load_id,
        read_order,
        content_hash
    from documents

)

select * from final
{%- endmacro %}


{#- One column as an expression over `documents`; `position` is its place in the spec, from 1. -#}
{% macro json_column(column, position) -%}
    {%- set kind, _, size = column.type.rstrip(')').partition('(') -%}
    {%- set known = ['string', 'integer', 'decimal', 'timestamp', 'date', 'boolean'] -%}
    {%- if kind not in known -%}
        {{ exceptions.raise_compiler_error(column.name ~ ": type '" ~ column.type ~ "' is none of " ~ known | join(', ')) }}
    {%- endif -%}
    {%- set value = adapter.dispatch('json_value')(column.name, position, kind, size) -%}
    {{ pseudonym(value, size) if column.personal and var('mask_personal_data') else value }}
{%- endmacro %}


{% macro default__json_documents(columns) %}
    {{ exceptions.raise_compiler_error("json_columns is not written for the adapter " ~ target.type) }}
{% endmacro %}


{% macro default__json_value(name, position, kind, size) %}
    {{ exceptions.raise_compiler_error("json_columns is not written for the adapter " ~ target.type) }}
{% endmacro %}
