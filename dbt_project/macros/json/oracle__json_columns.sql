{#- 19c and later: one json_table per document; the outer join keeps a malformed one, which has no row in it.
    No "null on error null on empty" per column: it is the default, and spelled out sqlglot, and what is built on it,
    cannot read the model. The document is a BLOB, hence `format json`.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/JSON_TABLE.html -#}
{% macro oracle__json_documents(columns) %}
    {%- set types = {
        'string': 'varchar2(4000)',
        'integer': 'number(19, 0)',
        'decimal': 'varchar2(100)',
        'timestamp': 'timestamp with time zone',
        'date': 'date',
        'boolean': 'varchar2(5)',
    } %}
    select
        versions.*,
        json_values.*,
        case when json_values.document_nbr is null then 0 else 1 end as is_valid_document
    from versions
    left outer join json_table(versions.doc format json, '$' null on error
        columns (
            document_nbr for ordinality,
            {%- for column in columns %}
            {{ column.name }} {{ types[column.type.partition('(')[0]] }} path '{{ column.path }}'{{ "," if not loop.last }}
            {%- endfor %}
        )
    ) json_values on 1 = 1
{% endmacro %}


{#- A decimal is text in the document; the explicit format reads it alike where the session's decimal separator is a comma. -#}
{% macro oracle__json_value(name, position, kind, size) -%}
    {%- if kind == 'string' -%}
        cast({{ name }} as varchar2({{ size }} char))
    {%- elif kind == 'decimal' -%}
        cast(to_number({{ name }} default null on conversion error,
            '9999999999999D99999999999999999999', 'NLS_NUMERIC_CHARACTERS=''.,''') as number(19, 6))
    {%- elif kind == 'timestamp' -%}
        cast(sys_extract_utc({{ name }}) as timestamp)
    {%- elif kind == 'boolean' -%}
        case {{ name }} when 'true' then 1 when 'false' then 0 end
    {%- else -%}
        {{ name }}
    {%- endif -%}
{%- endmacro %}
