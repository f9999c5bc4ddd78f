{#- The columns of an incremental model's target that its changes fill, after `on_schema_change` has been heeded. -#}
{% macro columns_to_write(changes, target) %}
    {%- set columns = duckdb__get_columns_in_relation(target) -%}
    {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
    {%- if on_schema_change != 'ignore' and duckdb__get_columns_in_relation(changes) != columns -%}
        {%- set columns = process_schema_changes(on_schema_change, changes, target) -%}
    {%- endif -%}
    {{ return(columns) }}
{% endmacro %}
