{#- Every version of each document of an entity, in the same columns as json_entity: history the current version has forgotten.
    For a narrow spec, as each version is parsed; an incremental build adds the versions landed since the last one.

    `--full-refresh` reads the versions of the raw table again and merges them by read_order, instead of making the table anew
    (`full_refresh=false` in the config): versions that `prune` removed from the raw table are known here alone. -#}
{% macro json_versions(raw, key, spec) %}
{%- set landed, columns = raw_versions(raw), columns_of_spec(spec) -%}
{%- if not flags.FULL_REFRESH and is_up_to_date(landed, columns, built_columns()) -%}
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
