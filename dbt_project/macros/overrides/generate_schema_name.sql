{#- Everything dbt builds stands in one schema, the target's: on Oracle a schema is a user and dbt logs in as its owner,
    so there is no second one to write to; on DuckDB it is the same to be the same. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema }}
{%- endmacro %}
