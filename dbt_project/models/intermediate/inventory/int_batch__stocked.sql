with inventory as (

    select * from {{ ref('stg_wms__inventory') }}
    where batch_number_id is not null

),

current_stock as (

    select * from {{ ref('inventory_current') }}

),

lpn as (

    select * from {{ ref('stg_wms__container') }}

),

shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

attribute as (

    select * from {{ ref('stg_wms__inventory_attribute') }}

),

final as (

    select
        inventory.batch_number_id,
        inventory.inventory_id,
        inventory.container_id,
        lpn.container_nbr,
        lpn.rcvd_shipment_id as ib_shipment_id,
        shipment.shipment_nbr,
        coalesce(lpn.rcvd_at, inventory.created_at) as happened_at,
        current_stock.location_code,
        coalesce(current_stock.on_hand_qty, 0) as qty,
        attribute.invn_attr_a as stock_attribute
    from inventory
    left join current_stock on inventory.inventory_id = current_stock.inventory_id
    left join lpn on inventory.container_id = lpn.container_id
    left join shipment on lpn.rcvd_shipment_id = shipment.ib_shipment_id
    left join attribute on inventory.invn_attr_id = attribute.inventory_attribute_id

)

select * from final
