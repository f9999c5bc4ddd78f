{#- The last statement of an incremental mart: all rows at first, later only those that differ from what stands in the mart.

    A mart row hangs on several entities and on the rules, so no watermark of one of them finds every change. A set
    difference does, and treats nulls as equal. It saves the writing, not the reading; readers never meet a missing table,
    and a table swap on Oracle is not atomic. A mart that lacks a column of its contract gets all rows anew. -#}
{% macro changed_rows(relation='final') -%}
{%- if is_incremental() -%}
    {%- set columns = model.columns.keys() | map('lower') | list -%}
    {%- set standing = get_columns_in_relation(this) | map(attribute='name') | map('lower') | list -%}
{%- endif -%}
{%- if is_incremental() and columns | reject('in', standing) | list | length == 0 -%}
select {{ columns | join(', ') }}
from {{ relation }}
{{ dbt.except() }}
select {{ columns | join(', ') }}
from {{ this }}
{%- else -%}
select * from {{ relation }}
{%- endif -%}
{%- endmacro %}
