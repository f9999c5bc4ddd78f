{#- dbt-oracle's own not_null and accepted_values return one row with a count, so dbt reports one failure
    whatever their number and stores a number instead of the rows. dbt's own return the rows and are valid on Oracle. -#}
{% macro oracle__test_not_null(model, column_name) %}
    {{- dbt.default__test_not_null(model, column_name) -}}
{% endmacro %}


{% macro oracle__test_accepted_values(model, column_name, values, quote=True) %}
    {{- dbt.default__test_accepted_values(model, column_name, values, quote) -}}
{% endmacro %}
