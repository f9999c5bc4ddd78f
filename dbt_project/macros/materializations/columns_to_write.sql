{#- The columns of an incremental model that its changes fill, after applying its contract and `on_schema_change`. -#}
{% macro columns_to_write(changes, target) %}
    {%- set changed, columns = duckdb__get_columns_in_relation(changes), duckdb__get_columns_in_relation(target) -%}
    {%- do assert_contract(changes, changed) -%}
    {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
    {%- if on_schema_change != 'ignore' and changed != columns -%}
        {%- set columns = process_schema_changes(on_schema_change, changes, target) -%}
    {%- endif -%}
    {{ return(columns) }}
{% endmacro %}
