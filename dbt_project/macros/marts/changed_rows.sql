{#- The last statement of an incremental mart: all rows at first, later only those that differ from what stands in the mart.

    A mart row hangs on several entities and on the rules, so no watermark of one of them finds every change. A set
    difference does, and treats nulls as equal. It saves the writing, not the reading; readers never meet a missing table,
    and a table swap on Oracle is not atomic. A mart that lacks a column of its contract gets all rows anew. `where` says which
    rows of the mart may be among them, when not all of it was looked at. -#}
{% macro changed_rows(relation='final', where=none) -%}
{%- set columns = model.columns.keys() | map('lower') | list -%}
{%- set standing = built_columns() -%}
{%- if standing and columns | reject('in', standing) | list | length == 0 -%}
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
