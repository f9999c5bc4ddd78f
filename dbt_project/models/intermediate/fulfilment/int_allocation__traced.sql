with allocation as (

    select * from {{ ref('int_allocation__assessed') }}

),

order_dtl as (

    select * from {{ ref('int_order_dtl__assessed') }}

),

orders as (

    select * from {{ ref('int_order_hdr__localised') }}

),

-- a rule may hide the line or the order: then the allocation has no labels of them, but still a facility
staged_line as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

staged_order as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

inventory as (

    select * from {{ ref('stg_wms__inventory') }}

),

traced as (

    -- replenishment has no order: its stock says which item and facility it concerns
    select
        allocation.*,
        order_dtl.order_id,
        orders.order_nbr,
        coalesce(orders.facility_id, staged_order.facility_id, inventory.facility_id) as facility_id,
        orders.company_id,
        orders.company_code,
        coalesce(order_dtl.item_id, inventory.item_id) as item_id
    from allocation
    left join order_dtl on allocation.order_dtl_id = order_dtl.order_dtl_id
    left join orders on order_dtl.order_id = orders.order_id
    left join staged_line on allocation.order_dtl_id = staged_line.order_dtl_id
    left join staged_order on staged_line.order_id = staged_order.order_hdr_id
    left join inventory
        on
            allocation.from_inventory_id = inventory.inventory_id
            and allocation.is_picking = 0

)

select * from traced
