with location as (

    select * from {{ ref('int_location__assessed') }}

),

facility as (

    select * from {{ ref('stg_wms__facility') }}

),

final as (

    select
        location.location_id,
        location.locn_str as location_code,
        location.facility_id,
        facility.facility_code,
        location.barcode,
        location.area,
        location.aisle,
        location.bay,
        location.location_level,
        location.location_position,
        location.bin,
        location.alloc_zone,
        location.pick_zone,
        location.pick_seq,
        location.putaway_seq,
        location.item_id as dedicated_item_id,
        location.max_units,
        location.max_lpns,
        location.max_volume,
        location.max_weight,
        coalesce(location.is_lock_for_putaway, 0) as is_locked_for_putaway,
        coalesce(location.is_to_be_counted, 0) as is_to_be_counted,
        location.last_count_at,
        location.created_at,
        location.modified_at,
        location.is_deleted,
        location.deleted_at,
        location.violation_count,
        location.has_error,
        location.is_in_scope,
        {{- custom_fields('location', 'location.location_id') }}
        location.loaded_at
    from location
    left join facility on location.facility_id = facility.facility_id

)

select * from final
