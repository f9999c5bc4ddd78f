{#- The CTEs after `versions`. Each document is parsed once into texts; each column is an expression over its text. Rules, tested on both databases:
    - A missing, null, empty or unreadable value is null, and a text that is too long is cut. `lost_values` names such columns.
    - A malformed document is a row of nulls with is_valid_document = 0. No row is lost.
    - `is_deleted` = 2 in the raw table means that the source still has the record, but the configured scope does not. -#}
{% macro json_columns(key, columns) -%}
documents as (
{{ adapter.dispatch('json_documents')(document_texts(columns)) }}
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
        {{ exceptions.raise_compiler_error("Can't read " ~ column.name ~ ": its type '" ~ column.type ~ "' is not one of " ~ known | join(', ') ~ ".") }}
    {%- endif -%}
    {#- so that one character more, of four bytes each, fits into VARCHAR2(4000) -#}
    {%- if kind == 'string' and size | int > 999 -%}
        {{ exceptions.raise_compiler_error("Can't read " ~ column.name ~ ": a text has at most 999 characters.") }}
    {%- endif -%}
    {%- set value = adapter.dispatch('json_value')(column.name, kind, size) -%}
    {%- if column.else_path -%}
        {%- if kind != 'string' -%}
            {{ exceptions.raise_compiler_error("Can't read " ~ column.name ~ ": only a text may have an else_path.") }}
        {%- endif -%}
        {%- set other = adapter.dispatch('json_value')(column.name ~ '__or', kind, size) -%}
        {%- set value = 'case when length(trim(' ~ column.name ~ '__text)) > 0 then ' ~ value ~ ' else ' ~ other ~ ' end' -%}
    {%- endif -%}
    {{ pseudonym(value, size) if column.personal and var('mask_personal_data') else value }}
{%- endmacro %}
