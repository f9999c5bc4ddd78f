{#- A timestamp or date moved by a number of days (an expression, may be fractional or negative), as a timestamp. -#}
{% macro add_days(expression, days) -%}
    {{ return(adapter.dispatch('add_days')(expression, days)) }}
{%- endmacro %}

{% macro default__add_days(expression, days) -%}
    {{ exceptions.raise_compiler_error("add_days is not written for the adapter " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__add_days(expression, days) -%}
    (cast({{ expression }} as timestamp) + to_microseconds(cast(({{ days }}) * 86400000000 as bigint)))
{%- endmacro %}

{#- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/NUMTODSINTERVAL.html -#}
{% macro oracle__add_days(expression, days) -%}
    (cast({{ expression }} as timestamp) + numtodsinterval({{ days }}, 'DAY'))
{%- endmacro %}
