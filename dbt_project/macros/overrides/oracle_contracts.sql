{#- Builds the empty query that a contract is compared with, using `cast`.
    Why: dbt-oracle's macro doesn't call `cast`, so oracle__cast would have no effect.
    Since: dbt-oracle 1.11.1.
    Remove when: oracle__cast goes, or dbt-oracle calls `cast`. tests/oracle/test_override_mutations.py shows it. -#}
{% macro oracle__get_empty_schema_sql(columns) %}
    {{- dbt.default__get_empty_schema_sql(columns) }} from dual
{%- endmacro %}
