{#- The CTEs after `versions`: each document is parsed once into texts, then every column of the spec is an expression over its
    text. The rules, held by tests on both databases: a missing, null, empty or unconvertible value is null; a text that is too long is
    cut; `lost_values` names what was cut or could not be read; a malformed document has nulls and is_valid_document = 0; no row
    is lost. Raw `is_deleted` is 2 where the source still has the record and the configured scope does not. -#}
{% macro json_columns(key, columns) -%}
documents as (
{{ adapter.dispatch('json_documents')(columns) }}
),

typed as (

    select
        documents.*,
        {%- for column in columns %}
        {{ json_column(column) }} as {{ column.name }}{{ "," if not loop.last }}
        {%- endfor %}
    from documents

),

final as (

    select
        entity_id as {{ key }},
        {%- for column in columns %}
        {{ column.name }},
        {%- endfor %}
        is_valid_document,
        cast(case when is_deleted = 1 then 1 else 0 end as integer) as is_deleted,
        cast(case when is_deleted = 2 then 0 else 1 end as integer) as is_in_scope,
        case when is_deleted = 1 then read_at end as deleted_at,
        read_at as loaded_at,
        dlt_load_id as load_id,
        read_order,
        content_hash,
        {{ lost_values(columns) }} as lost_values
    from typed

)

select * from final
{%- endmacro %}


{#- One column as an expression over its text in `documents`. -#}
{% macro json_column(column) -%}
    {%- set kind, _, size = column.type.rstrip(')').partition('(') -%}
    {%- set known = ['string', 'integer', 'decimal', 'timestamp', 'date', 'boolean'] -%}
    {%- if kind not in known -%}
        {{ exceptions.raise_compiler_error(column.name ~ ": type '" ~ column.type ~ "' is not one of " ~ known | join(', ')) }}
    {%- endif -%}
    {#- so that one more, of four bytes each, fits into a VARCHAR2 of 4,000 bytes -#}
    {%- if kind == 'string' and size | int > 999 -%}
        {{ exceptions.raise_compiler_error(column.name ~ ": a text has at most 999 characters") }}
    {%- endif -%}
    {%- set value = adapter.dispatch('json_value')(column.name, kind, size) -%}
    {{ pseudonym(value, size) if column.personal and var('mask_personal_data') else value }}
{%- endmacro %}


{% macro default__json_documents(columns) %}
    {{ exceptions.raise_compiler_error("json_columns is not written for the adapter " ~ target.type) }}
{% endmacro %}


{% macro default__json_value(name, kind, size) %}
    {{ exceptions.raise_compiler_error("json_columns is not written for the adapter " ~ target.type) }}
{% endmacro %}
