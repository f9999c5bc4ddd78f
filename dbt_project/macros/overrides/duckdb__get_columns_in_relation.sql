{#- The columns of a relation. dbt-duckdb's own takes them through a table of agate, which guesses the types of what it holds. -#}
{% macro duckdb__get_columns_in_relation(relation) -%}
    {{ return(adapter.get_column_schema_from_query('from ' ~ relation)) }}
{%- endmacro %}
