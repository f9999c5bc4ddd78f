{#- The last statement of an incremental mart: all rows in the first build, later only those that differ from the rows in the mart.

    A mart row depends on several entities and rules, so no single watermark detects every change. A set difference does, and treats nulls as equal. It
    saves writing, not reading. Readers never find the table missing; a table swap on Oracle is not atomic. A mart that lacks a column of its contract
    gets all rows again. `where` limits the rows of the mart to compare with, if the build did not look at all of it. -#}
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
