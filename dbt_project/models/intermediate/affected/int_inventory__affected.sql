{#- Inventory records whose movements can differ from those of the last build. -#}
with versions as (

    select * from {{ ref('stg_wms__inventory_versions') }}

),

containers as (

    select * from {{ ref('int_container__affected') }}

),

location as (

    select * from {{ ref('stg_wms__location') }}
    where {{ is_new('location') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}
    where {{ is_new('item') }}

),

found as (

    select inventory_id
    from versions
    where
        {{ is_new('inventory') }}
        or container_id in (select containers.container_id from containers)
        or item_id in (select item.item_id from item)
        or location_id in (select location.location_id from location)

    {%- if built_up_to() %}

    union all

    -- a location can be that of the LPN
    select inventory_id
    from {{ as_built('inventory_movements') }}
    where
        from_location_id in (select location.location_id from location)
        or to_location_id in (select location.location_id from location)

    union all

    -- a movement of an LPN after the last read of stock counts for the time of that read
    select inventory_id
    from {{ as_built('int_inventory__version_steps') }}
    where seen_at > loaded_at

    union all

    -- hidden records are in no mart
    select entity_id
    from {{ as_built('int_inventory__rule_violations') }}
    where severity = 'hide'
    {%- endif %}

),

final as (

    select distinct inventory_id
    from found
    where
        inventory_id is not null
        {{- and_partial() }}

)

select * from final
