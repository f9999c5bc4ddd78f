{#- The incremental strategy `affected_rows`. The query of the model gives the rows of affected keys, or all rows in a whole build. In one transaction, the
    rows of these keys that it no longer gives are deleted, and those that differ are written. Rows of other keys are not read.

    The model names its keys in `meta`: `affected: {keys: int_order_hdr__affected, column: order_id}`. Its `unique_key` must not be null. -#}
{% macro get_incremental_affected_rows_sql(arguments) %}
    {%- set target, computed = arguments.target_relation, arguments.temp_relation -%}
    {%- set columns = arguments.dest_columns | map(attribute='name') | join(', ') -%}
    {%- set differing -%}
(
    select {{ columns }} from {{ computed }}
    {{ dbt.except() }}
    select {{ columns }} from {{ target }}{{ where_affected(model) }}
)
    {%- endset -%}
    {%- set merge = adapter.get_incremental_strategy_macro(context, 'merge') -%}
    {{ return(adapter.dispatch('two_statements')(
        delete_absent_rows(target, computed, arguments.unique_key),
        merge(dict(arguments, temp_relation=differing)),
    )) }}
{% endmacro %}


{% macro duckdb__two_statements(first, second) -%}
{{ first }};
{{ second }}
{%- endmacro %}


{#- `oracle__committed` makes a block of them. -#}
{% macro oracle__two_statements(first, second) -%}
{{ first }};
{{ second }}
{%- endmacro %}


{% macro delete_absent_rows(target, computed, unique_key) -%}
{%- set key = [unique_key] if unique_key is string else unique_key -%}
delete from {{ target }}
where
    not exists (
        select 1 from {{ computed }} computed
        where
            {%- for column in key %}
            {{ 'and ' if not loop.first }}computed.{{ column }} = {{ target }}.{{ column }}
            {%- endfor %}
    )
    {{- where_affected(model, 'and') }}
{%- endmacro %}


{#- The condition that limits a table with the strategy `affected_rows` to affected keys; nothing in a whole build. -#}
{% macro where_affected(node, word='where') -%}
    {%- set affected = node.config.meta.get('affected') -%}
    {%- if affected and built_up_to() %}
    {{ word }} {{ affected.column }} in (select * from {{ ref(affected['keys']) }})
    {%- endif -%}
{%- endmacro %}
