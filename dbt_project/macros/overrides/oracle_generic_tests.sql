{#- dbt-oracle's own not_null and accepted_values return one row with a count, so dbt reports one failure
    whatever their number and stores a number instead of the rows. dbt's own return the rows and are valid on Oracle. -#}
{% macro oracle__test_not_null(model, column_name) %}
    {{- dbt.default__test_not_null(model, column_name) -}}
{% endmacro %}


{% macro oracle__test_accepted_values(model, column_name, values, quote=True) %}
    {{- dbt.default__test_accepted_values(model, column_name, values, quote) -}}
{% endmacro %}


{#- dbt-oracle writes a test's `limit` as LIMIT, which Oracle does not know. -#}
{% macro oracle__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
select
    {{ fail_calc }} as failures,
    case when {{ fail_calc }} {{ warn_if }} then 1 else 0 end as should_warn,
    case when {{ fail_calc }} {{ error_if }} then 1 else 0 end as should_error
from (
    {{ main_sql }}
    {{ "fetch first " ~ limit ~ " rows only" if limit is not none }}
) dbt_internal_test
{%- endmacro %}
