{#- Post-hook of an incremental mart: removes the rows whose key its source no longer holds, as a merge cannot delete. A row
    leaves when a later version of it, or of its parent, breaks a rule; the merge brings it back. No key may be null. -#}
{% macro delete_absent_rows(key, source_relation, source_key=none, where=none) -%}
delete from {{ this }}
where {{ key }} not in (
    select {{ source_key or key }} from {{ source_relation }}
    {{ 'where ' ~ where if where }}
)
{%- endmacro %}
