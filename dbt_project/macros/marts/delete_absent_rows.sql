{#- Post-hook of an incremental mart: deletes rows whose key is no longer in the source, which a merge can't do. A row leaves when a later version
    of it, or of its parent, breaks a rule; the merge adds it again later. Keys must not be null. -#}
{% macro delete_absent_rows(key, source_relation, source_key=none, where=none) -%}
delete from {{ this }}
where {{ key }} not in (
    select {{ source_key or key }} from {{ source_relation }}
    {{ 'where ' ~ where if where }}
)
{%- endmacro %}
