{#- Uses dbt's own not_null and accepted_values tests.
    Why: dbt-oracle's versions return one row with a count, so dbt reports one failure whatever the number, and `--store-failures` keeps a
    number instead of the rows.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle's tests return the failing rows. tests/oracle/test_override_mutations.py shows it. -#}
{% macro oracle__test_not_null(model, column_name) %}
    {{- dbt.default__test_not_null(model, column_name) -}}
{% endmacro %}


{% macro oracle__test_accepted_values(model, column_name, values, quote=True) %}
    {{- dbt.default__test_accepted_values(model, column_name, values, quote) -}}
{% endmacro %}
