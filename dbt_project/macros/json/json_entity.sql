{#- A staging model: the current version of each document of an entity, in the columns that the YAML of the model declares.

    A build reads only the versions landed since the last build, or all of them when the YAML has a new column. The version read last
    wins, even if it is a tombstone, so an incremental build and a full refresh give the same rows. -#}
{% macro json_entity(entity) %}
{%- set key = entity_key(entity) -%}
{%- set landed, columns, built = raw_versions(source('wms', entity)), document_columns(key, entity), existing_columns() -%}
{%- if is_up_to_date(landed, columns, built) -%}
{{ no_changes() }}
{%- else -%}
{%- set new = (columns | map(attribute='name') | list + bookkeeping_columns()) | reject('in', built) | list if built else [] -%}
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
