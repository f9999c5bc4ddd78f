with inventory as (

    select * from {{ ref('stg_wms__inventory') }}

),

facility as (

    select * from {{ ref('stg_wms__facility') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

location as (

    select * from {{ ref('stg_wms__location') }}

),

any_item as (

    select max(item_id) as any_item_id
    from item

),

any_location as (

    select max(location_id) as any_location_id
    from location

),

candidates as (

    select
        inventory.inventory_id as entity_id,
        inventory.facility_id,
        inventory.item_id,
        inventory.location_id,
        inventory.curr_qty as quantity,
        inventory.uom_label as unit_code,
        inventory.manufacture_date,
        inventory.expiry_date,
        inventory.is_valid_document,
        inventory.is_deleted,
        inventory.loaded_at,
        {{ number_text('inventory.inventory_id') }} as natural_key,
        facility.facility_id as known_facility_id,
        item.item_id as known_item_id,
        any_item.any_item_id,
        location.location_id as known_location_id,
        any_location.any_location_id
    from inventory
    left join facility on inventory.facility_id = facility.facility_id
    left join item on inventory.item_id = item.item_id
    left join location on inventory.location_id = location.location_id
    cross join any_item
    cross join any_location

),

{{ broken_rules('inventory') }}
