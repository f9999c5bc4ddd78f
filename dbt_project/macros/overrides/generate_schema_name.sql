{#- Puts every relation into the target's schema.
    Why: on Oracle a schema is a user, and dbt logs in as the owner of this one. DuckDB does the same, so that names are equal.
    Since: the first release. This is dbt's extension point for names, not a fix.
    Remove when: never; it is a convention of this project. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema }}
{%- endmacro %}
