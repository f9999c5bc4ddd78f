with allocation as (

    select * from {{ ref('int_allocation__accepted') }}

),

order_dtl as (

    select * from {{ ref('int_order_dtl__accepted') }}

),

orders as (

    select * from {{ ref('int_order_hdr__localised') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

localised as (

    select
        allocation.allocation_id,
        allocation.order_dtl_id,
        order_dtl.order_id,
        orders.order_nbr,
        orders.facility_id,
        orders.facility_code,
        orders.company_id,
        orders.company_code,
        order_dtl.item_id,
        item.item_code,
        allocation.wave_id,
        allocation.task_id,
        allocation.status_id,
        allocation.alloc_qty as allocated_qty,
        coalesce(allocation.packed_qty, 0) as packed_qty,
        allocation.pick_user,
        allocation.pick_locn_str as pick_location_code,
        allocation.created_at,
        allocation.modified_at,
        allocation.picked_at,
        {{ to_facility_time('allocation.created_at', 'orders.time_zone') }} as created_local_at,
        {{ to_facility_time('allocation.picked_at', 'orders.time_zone') }} as picked_local_at,
        allocation.is_deleted,
        allocation.deleted_at,
        allocation.loaded_at
    from allocation
    inner join order_dtl on allocation.order_dtl_id = order_dtl.order_dtl_id
    inner join orders on order_dtl.order_id = orders.order_id
    left join item on order_dtl.item_id = item.item_id

)

select * from localised
