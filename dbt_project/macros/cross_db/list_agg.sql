{#- The values of a group as one text, in the given order and without nulls. At most 4,000 bytes on Oracle. -#}
{% macro list_agg(expression, order_by, separator=', ') -%}
    {{ return(adapter.dispatch('list_agg')(expression, order_by, separator)) }}
{%- endmacro %}

{% macro duckdb__list_agg(expression, order_by, separator) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{#- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/LISTAGG.html -#}
{% macro oracle__list_agg(expression, order_by, separator) -%}
    listagg({{ expression }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}
