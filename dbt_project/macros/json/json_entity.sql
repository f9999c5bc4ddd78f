{#- The current version of each document of an entity, one typed column per entry of the spec. Described in _macros.yml.

    Only versions landed since the last build are read, and all of them when the spec has a new column. Of each document
    the one read last wins, a tombstone included, so an incremental build ends with the same rows as a full one. -#}
{% macro json_entity(raw, key, columns) %}
{%- set landed = raw_versions(raw) -%}
with newest as (

    select max(read_order) as read_order
    from {{ landed }}
    {%- if is_incremental() and not has_new_columns(columns) %}
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


{#- Whether a spec has columns that the table built from it has not. The macro, not the adapter's method of this name, which makes
    dbt's whole context anew for each call. -#}
{% macro has_new_columns(columns) %}
    {%- set built = get_columns_in_relation(this) | map(attribute='name') | map('lower') | list if execute else [] -%}
    {{ return(built and columns | map(attribute='name') | reject('in', built) | list | length > 0) }}
{% endmacro %}
