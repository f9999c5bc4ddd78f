{#- Casts to null where the value doesn't fit.
    Why: dbt's default is a plain cast, which fails. Dates and timestamps are text with an explicit format (2026-05-31 19:57:42.5), because the
    session's own format may be any.
    Since: dbt-core 1.11, dbt-oracle 1.11.1.
    Remove when: dbt-oracle implements safe_cast. tests/oracle/test_override_mutations.py shows it.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/CAST.html -#}
{% macro oracle__safe_cast(field, type) %}
    {%- set kind = type | upper -%}
    {%- if field == 'null' -%}
        {#- dbt-oracle leaves the length of a RAW out, and a cast needs it (ORA-00906) -#}
        {%- set functions = {'CLOB': 'to_clob(null)', 'BLOB': 'to_blob(null)', 'RAW': 'hextoraw(null)'} -%}
        {{ functions.get(kind, "cast(null as " ~ type ~ ")") }}
    {%- elif kind.startswith('TIMESTAMP') -%}
        cast({{ field }} as {{ type }} default null on conversion error, 'YYYY-MM-DD HH24:MI:SS.FF')
    {%- elif kind == 'DATE' -%}
        cast({{ field }} as date default null on conversion error, 'YYYY-MM-DD HH24:MI:SS')
    {%- elif field is string and (kind.startswith('NUMBER') or kind in ('INTEGER', 'FLOAT')) -%}
        cast({{ field }} as {{ type }} default null on conversion error)
    {%- elif kind == 'CLOB' -%}
        to_clob({{ field }})
    {%- elif kind == 'BLOB' -%}
        to_blob(utl_raw.cast_to_raw({{ field }}))
    {%- else -%}
        cast({{ field }} as {{ type }})
    {%- endif -%}
{% endmacro %}
