{#- Makes dbt's unit tests run on Oracle.
    Why: dbt's fixtures lack FROM DUAL, an empty fixture says LIMIT 0, and aliases start with an underscore. dbt doesn't dispatch
    get_fixture_sql and get_expected_sql, so this file replaces them and dispatches them itself.
    Since: dbt-core 1.11, dbt-oracle 1.11.1.
    Remove when: the unit tests pass on Oracle without this file. tests/oracle/test_override_mutations.py shows it. -#}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {{ return(adapter.dispatch('unit_test_fixture')(rows, column_name_to_data_types)) }}
{% endmacro %}


{% macro default__unit_test_fixture(rows, column_name_to_data_types) %}
    {{ return(dbt.get_fixture_sql(rows, column_name_to_data_types)) }}
{% endmacro %}


{% macro oracle__unit_test_fixture(rows, column_name_to_data_types) %}
    {%- set types = column_name_to_data_types or {} -%}
    {%- if not types -%}
        {%- set relation = defer_relation if (defer_relation and not load_relation(this)) else this -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if not types -%}
        {{ exceptions.raise_compiler_error("No columns for unit test '" ~ model.name ~ "': " ~ this ~ " does not exist") }}
    {%- endif -%}
    {%- set nulls = {} -%}
    {%- for name, type in types.items() -%}
        {%- do nulls.update({name: safe_cast('null', type) | trim}) -%}
    {%- endfor -%}
    {%- set selects = [] -%}
    {%- for row in rows -%}
        {%- do selects.append(oracle__select_from_dual(dict(nulls, **format_row(row, types)))) -%}
    {%- endfor -%}
    {{ return(selects | join('\nunion all\n') if selects else oracle__select_from_dual(nulls) ~ ' where 1 = 0') }}
{% endmacro %}


{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}
    {{ return(adapter.dispatch('unit_test_expected')(rows, column_name_to_data_types, column_name_to_quoted)) }}
{% endmacro %}


{% macro default__unit_test_expected(rows, column_name_to_data_types, column_name_to_quoted) %}
    {{ return(dbt.get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted)) }}
{% endmacro %}


{% macro oracle__unit_test_expected(rows, column_name_to_data_types, column_name_to_quoted) %}
    {%- set selects = [] -%}
    {%- for row in rows -%}
        {%- do selects.append(oracle__select_from_dual(format_row(row, column_name_to_data_types))) -%}
    {%- endfor -%}
    {{ return(selects | join('\nunion all\n') if selects else 'select * from dbt_internal_unit_test_actual where 1 = 0') }}
{% endmacro %}


{% macro oracle__select_from_dual(values) -%}
    select
    {%- for name, value in values.items() %} {{ value }} as {{ name }}{{ "," if not loop.last }}{% endfor %} from dual
{%- endmacro %}


{% macro oracle__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
with dbt_internal_unit_test_actual as (
    select {{ expected_column_names | join(', ') }}, 'actual' as {{ adapter.quote('actual_or_expected') }}
    from (
        {{ main_sql }}
    ) unit_test_actual
),

dbt_internal_unit_test_expected as (
    select {{ expected_column_names | join(', ') }}, 'expected' as {{ adapter.quote('actual_or_expected') }}
    from (
        {{ expected_fixture_sql }}
    ) unit_test_expected
)

select * from dbt_internal_unit_test_actual
union all
select * from dbt_internal_unit_test_expected
{%- endmacro %}
