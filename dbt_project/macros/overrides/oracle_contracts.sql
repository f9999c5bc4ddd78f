{#- The types a contract names, as a query without rows. dbt's own macro casts through `cast`, so that a type Oracle lacks can be
    replaced (oracle__cast); dbt-oracle's does not. -#}
{% macro oracle__get_empty_schema_sql(columns) %}
    {{- dbt.default__get_empty_schema_sql(columns) }} from dual
{%- endmacro %}
