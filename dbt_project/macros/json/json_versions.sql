{#- A staging model with every version of each document of an entity, in the columns that the YAML of the model declares. Keep them few, because
    each version is parsed. An incremental build adds the versions landed since the last build.

    The config of these models has `full_refresh: false`: `--full-refresh` reads all versions of the raw table again and merges them by
    read_order instead of recreating the table, because `prune` may have deleted versions that only this table still has. -#}
{% macro json_versions(entity) %}
{%- set key = entity_key(entity) -%}
{%- set landed, columns = raw_versions(source('wms', entity)), document_columns(key) -%}
{%- if not flags.FULL_REFRESH and is_up_to_date(landed, columns, existing_columns()) -%}
{{ no_changes() }}
{%- else -%}
with versions as (

    select {{ raw_version_columns() }}
    from {{ landed }}
    {%- if is_incremental() and not flags.FULL_REFRESH %}
    where read_order > (select coalesce(max(read_order), 0) from {{ this }})
    {%- endif %}

),

{{ json_columns(key, columns) }}
{%- endif -%}
{%- endmacro %}
