{#- Oracle 19c and later: one json_table per document. The outer join keeps malformed documents, which have no row in json_table.
    - Every value is read as text and converted by oracle__json_value. The DATE of json_table is the day in UTC, its TIMESTAMP accepts fewer forms
      than the WMS sends, and neither shows why a value is null.
    - TRUNCATE keeps the first characters of a text that is too long, which would be null otherwise. One character more than the column has
      shows that the text was cut.
    - Columns don't say "null on error null on empty": it is the default, and sqlglot can't parse it.
    - The document is a BLOB, hence `format json`.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/JSON_TABLE.html -#}
{% macro oracle__json_documents(columns) %}
    select
        versions.*,
        json_values.*,
        {%- for column in columns if column.type == 'timestamp' %}
        {{ oracle_offset(column.name ~ '__text') }} as {{ column.name }}__offset,
        {%- endfor %}
        {%- for column in columns if column.type in ('integer', 'decimal') %}
        {{ oracle_any_number(column.name ~ '__text') }} as {{ column.name }}__number,
        {%- endfor %}
        case when json_values.document_nbr is null then 0 else 1 end as is_valid_document
    from versions
    left outer join json_table(versions.doc format json, '$' null on error
        columns (
            document_nbr for ordinality,
            {%- for column in columns %}
            {%- set size = column.type.rstrip(')').partition('(')[2] or longest_scalar() %}
            {{ column.name }}__text varchar2({{ size | int + 1 }} char) truncate path '{{ column.path }}'{{ "," if not loop.last }}
            {%- endfor %}
        )
    ) json_values on 1 = 1
{% endmacro %}


{#- The first conversion of a number reads the usual form, which needs no rounding or range check. The second reads the rest (exponents, more
    decimals, surrounding blanks) with the decimal separator of the session, because only TO_NUMBER without a format reads exponents.
    COALESCE and CASE evaluate only what they need, in order.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/TO_NUMBER.html -#}
{% macro oracle__json_value(name, kind, size) -%}
    {%- set text, number = name ~ '__text', name ~ '__number' -%}
    {%- if kind == 'string' -%}
        cast(substr({{ text }}, 1, {{ size }}) as varchar2({{ size }} char))
    {%- elif kind == 'integer' -%}
        cast(coalesce(
            to_number({{ text }} default null on conversion error, '999999999999999999'),
            case
                when {{ number }} = trunc({{ number }}) and {{ number }} between -9223372036854775808 and 9223372036854775807
                    then {{ number }}
            end
        ) as number(19, 0))
    {%- elif kind == 'decimal' -%}
        cast(coalesce(
            to_number({{ text }} default null on conversion error, '9999999999999D999999', 'NLS_NUMERIC_CHARACTERS=''.,'''),
            case when abs({{ number }}) < 9999999999999.9999995 then round({{ number }}, 6) end
        ) as number(19, 6))
    {%- elif kind == 'timestamp' -%}
        {{ oracle_instant(text, name ~ '__offset') }}
    {%- elif kind == 'date' -%}
        case
            when regexp_like({{ text }}, '{{ day_pattern() }}')
                then to_date(substr({{ text }}, 1, 10) default null on conversion error, 'YYYY-MM-DD')
        end
    {%- elif kind == 'boolean' -%}
        case {{ text }} when 'true' then 1 when 'false' then 0 end
    {%- endif -%}
{%- endmacro %}


{#- TO_NUMBER alone would also accept texts that DuckDB doesn't. -#}
{% macro oracle_any_number(text) -%}
case
            when length({{ text }}) <= {{ longest_scalar() }} and translate(trim({{ text }}), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim({{ text }}), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end
{%- endmacro %}


{% macro oracle__matches(text, pattern) -%}
    regexp_like({{ text }}, '{{ pattern }}')
{%- endmacro %}


{% macro oracle__joined_words(words) -%}
    rtrim(
        {{ words | join("\n        || ") }}
    )
{%- endmacro %}
