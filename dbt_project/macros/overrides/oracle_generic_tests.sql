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


{#- Limits the failing rows of a test.
    Why: dbt-oracle writes LIMIT, which Oracle doesn't know.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle writes FETCH FIRST. tests/oracle/test_override_mutations.py shows it. -#}
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
