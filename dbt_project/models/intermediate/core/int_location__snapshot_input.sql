with location as (

    select * from {{ ref('stg_wms__location') }}

),

tracked as (

    select
        location_id,
        facility_id,
        locn_str,
        area,
        aisle,
        bay,
        location_level,
        location_position,
        type_id,
        locn_size_type_id,
        alloc_zone,
        pick_zone,
        max_units,
        max_lpns,
        max_volume,
        lock_code_id,
        is_lock_for_putaway,
        dedicated_company_id,
        item_id,
        created_at,
        modified_at,
        is_deleted,
        deleted_at,
        loaded_at
    from location

)

select * from tracked
