{#- The last statement of an incremental mart with the strategy `merge` that looks at a part of its rows, as inventory_daily at the last days: only rows that
    differ from those in the mart, or all rows in the first build. A set difference treats nulls as equal. A mart that lacks a column of its
    contract gets all rows again. `where` limits the rows of the mart to compare with. -#}
{% macro changed_rows(relation='final', where=none) -%}
{%- do declare_custom_fields() -%}
{%- set columns = model.columns.keys() | map('lower') | list -%}
{%- set existing = existing_columns() -%}
{%- if existing and columns | reject('in', existing) | list | length == 0 -%}
select {{ columns | join(', ') }}
from {{ relation }}
{{ dbt.except() }}
select {{ columns | join(', ') }}
from {{ this }}
{{ 'where ' ~ where if where }}
{%- else -%}
select * from {{ relation }}
{%- endif -%}
{%- endmacro %}
