{#- The FROM clause of a query over no table: Oracle before 23ai cannot do without. -#}
{% macro from_dual() -%}
    {{ return(adapter.dispatch('from_dual')()) }}
{%- endmacro %}

{% macro default__from_dual() -%}
    {{ exceptions.raise_compiler_error("from_dual is not written for the adapter " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__from_dual() -%}
{%- endmacro %}

{% macro oracle__from_dual() -%}
    from dual
{%- endmacro %}
