{#- Every version of each document of an entity, in the same columns as json_entity: history the current version has forgotten.
    For a narrow spec, as each version is parsed; an incremental build appends the versions landed since the last one. -#}
{% macro json_versions(raw, key, spec) %}
{%- set landed, columns = raw_versions(raw), columns_of_spec(spec) -%}
{%- if is_up_to_date(landed, columns, built_columns()) -%}
{{ no_changes() }}
{%- else -%}
with versions as (

    select {{ raw_version_columns() }}
    from {{ landed }}
    {%- if is_incremental() %}
    where read_order > (select coalesce(max(read_order), 0) from {{ this }})
    {%- endif %}

),

{{ json_columns(key, columns) }}
{%- endif -%}
{%- endmacro %}
