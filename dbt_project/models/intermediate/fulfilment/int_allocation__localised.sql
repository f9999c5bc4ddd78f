with traced as (

    select * from {{ ref('int_allocation__traced') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

zoned as (

    -- an allocation without a known facility has no labels and uses the default time zone
    select
        traced.*,
        facility.facility_code,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        item.item_code
    from traced
    left join facility on traced.facility_id = facility.facility_id
    left join item on traced.item_id = item.item_id

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
        status_description,
        status_meaning,
        coalesce(is_picking, 1) as is_picking,
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
