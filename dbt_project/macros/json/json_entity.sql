{#- The current version of each document of an entity, one typed column per line of the spec. Described in _macros.yml.

    Only versions landed since the last build are read, and all of them when the spec has a new column. Of each document
    the one read last wins, a tombstone included, so an incremental build ends with the same rows as a full one. -#}
{% macro json_entity(raw, key, spec) %}
{%- set landed, columns, built = raw_versions(raw), columns_of_spec(spec), built_columns() -%}
{%- if is_up_to_date(landed, columns, built) -%}
{{ no_changes() }}
{%- else -%}
{%- set new = columns_of_staging(columns) | reject('in', built) | list if built else [] -%}
with newest as (

    select max(read_order) as read_order
    from {{ landed }}
    {%- if is_incremental() and not new %}
    where read_order > (select coalesce(max(read_order), 0) from {{ this }})
    {%- endif %}
    group by entity_id

),

versions as (

    select {{ raw_version_columns() }}
    from {{ landed }}
    where read_order in (select newest.read_order from newest)

),

{{ json_columns(key, columns) }}
{%- endif -%}
{%- endmacro %}
