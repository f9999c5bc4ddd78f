{#- The current version of each document of an entity, one typed column per entry of the spec. Described in _macros.yml.

    Only versions landed since the last build are read. Of each document the one read last wins, a tombstone included,
    so an incremental build ends with the same rows as a full one. -#}
{% macro json_entity(raw, key, columns) %}
{%- set landed = raw_versions(raw) -%}
with newest as (

    select max(read_order) as read_order
    from {{ landed }}
    {%- if is_incremental() %}
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
{%- endmacro %}
