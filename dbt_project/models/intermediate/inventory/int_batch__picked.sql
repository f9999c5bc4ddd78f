with allocation as (

    select * from {{ ref('allocation_performance') }}
    where
        is_picked = 1
        and is_picking = 1
        and is_cancelled = 0

),

staged as (

    select * from {{ ref('stg_wms__allocation') }}

),

inventory as (

    select * from {{ ref('stg_wms__inventory') }}
    where batch_number_id is not null

),

shipped as (

    select
        shipments.*,
        row_number() over (
            partition by shipments.facility_id, shipments.container_nbr order by shipments.container_id desc
        ) as place
    from {{ ref('shipments') }} shipments

),

-- if a number was used again, the newest LPN counts
shipment as (

    select * from shipped
    where place = 1

),

final as (

    select
        inventory.batch_number_id,
        allocation.allocation_id,
        inventory.inventory_id,
        allocation.order_id,
        allocation.order_nbr,
        allocation.order_dtl_id,
        shipment.container_id,
        staged.final_oblpn_nbr as container_nbr,
        allocation.picked_at as happened_at,
        allocation.pick_location_code as location_code,
        allocation.packed_qty as qty,
        shipment.load_nbr,
        shipment.tracking_nbr,
        shipment.shipped_at
    from allocation
    inner join staged on allocation.allocation_id = staged.allocation_id
    inner join inventory on staged.from_inventory_id = inventory.inventory_id
    left join shipment
        on
            staged.final_oblpn_nbr = shipment.container_nbr
            and allocation.facility_id = shipment.facility_id

)

select * from final
