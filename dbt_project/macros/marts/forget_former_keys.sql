{#- Pre-hook of an incremental mart whose key has changed: empties a mart that lacks the column added together with the new key, so that the
    build writes all rows with the new key. A merge alone would keep the rows with the old key. -#}
{% macro forget_former_keys(column) -%}
    {%- set existing = existing_columns() -%}
    {%- if existing and column not in existing -%}
        delete from {{ this }}
    {%- endif -%}
{%- endmacro %}
