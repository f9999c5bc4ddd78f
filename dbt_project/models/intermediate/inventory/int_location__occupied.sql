with inventory as (

    select * from {{ ref('inventory_current') }}
    where
        location_id is not null
        and on_hand_qty > 0

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

occupied as (

    select
        inventory.location_id,
        count(distinct inventory.item_id) as item_count,
        count(distinct inventory.container_id) as used_lpns,
        sum(inventory.on_hand_qty) as used_units,
        sum(inventory.on_hand_qty * coalesce(item.unit_volume, 0)) as used_volume
    from inventory
    left join item on inventory.item_id = item.item_id
    group by inventory.location_id

)

select * from occupied
