{#- A view that takes the place of the one before it. dbt-duckdb's own fails where there is one. -#}
{% macro duckdb__create_view_as(relation, sql) -%}
    {%- if config.get('contract').enforced %}
        {{- get_assert_columns_equivalent(sql) }}
    {%- endif %}
create or replace view {{ relation }} as (
{{ sql }}
);
{%- endmacro %}
