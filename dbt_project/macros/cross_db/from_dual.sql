{#- FROM clause of a query without a table, which Oracle requires before 23ai. -#}
{% macro from_dual() -%}
    {{ return(adapter.dispatch('from_dual')()) }}
{%- endmacro %}

{% macro duckdb__from_dual() -%}
{%- endmacro %}

{% macro oracle__from_dual() -%}
    from dual
{%- endmacro %}
