with allocation as (

    select * from {{ ref('int_allocation__assessed') }}

),

order_dtl as (

    select * from {{ ref('int_order_dtl__assessed') }}

),

orders as (

    select * from {{ ref('int_order_hdr__localised') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

zoned as (

    -- an allocation without a known line, order or facility has no labels and uses the default time zone
    select
        allocation.*,
        order_dtl.order_id,
        orders.order_nbr,
        orders.facility_id,
        orders.facility_code,
        orders.company_id,
        orders.company_code,
        coalesce(orders.time_zone, {{ default_time_zone() }}) as time_zone,
        order_dtl.item_id,
        item.item_code
    from allocation
    left join order_dtl on allocation.order_dtl_id = order_dtl.order_dtl_id
    left join orders on order_dtl.order_id = orders.order_id
    left join item on order_dtl.item_id = item.item_id

),

localised as (

    select
        allocation_id,
        order_dtl_id,
        order_id,
        order_nbr,
        facility_id,
        facility_code,
        company_id,
        company_code,
        item_id,
        item_code,
        wave_id,
        task_id,
        status_id,
        alloc_qty as allocated_qty,
        coalesce(packed_qty, 0) as packed_qty,
        pick_user,
        pick_locn_str as pick_location_code,
        created_at,
        modified_at,
        picked_at,
        {{ to_facility_time('created_at', 'time_zone') }} as created_local_at,
        {{ to_facility_time('picked_at', 'time_zone') }} as picked_local_at,
        violation_count,
        has_error,
        is_in_scope,
        is_deleted,
        deleted_at,
        loaded_at
    from zoned

)

select * from localised
