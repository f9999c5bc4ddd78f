{#- Pre-hook of an incremental mart whose key was once made otherwise: empties a mart that lacks the column which came with the present
    key, so that the build writes all rows under it. A merge alone would leave the former rows next to the present ones. -#}
{% macro forget_former_keys(column) -%}
    {%- set built = built_columns() -%}
    {%- if built and column not in built -%}
        delete from {{ this }}
    {%- endif -%}
{%- endmacro %}
