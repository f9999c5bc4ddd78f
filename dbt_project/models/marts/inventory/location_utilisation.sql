with location as (

    select * from {{ ref('int_location__assessed') }}
    where is_deleted = 0

),

facility as (

    select * from {{ ref('int_inventory__read_until') }}

),

occupied as (

    select * from {{ ref('int_location__occupied') }}

),

measured as (

    select
        location.location_id,
        location.locn_str as location_code,
        location.facility_id,
        facility.facility_code,
        location.type_id,
        location.type_label,
        location.area,
        location.alloc_zone,
        coalesce(occupied.item_count, 0) as item_count,
        coalesce(occupied.used_units, 0) as used_units,
        coalesce(occupied.used_lpns, 0) as used_lpns,
        coalesce(occupied.used_volume, 0) as used_volume,
        {{ capacity('location.max_units') }} as max_units,
        {{ capacity('location.max_lpns') }} as max_lpns,
        {{ capacity('location.max_volume') }} as max_volume,
        coalesce(location.is_lock_for_putaway, 0) as is_locked_for_putaway,
        coalesce(
            facility.read_until_date, (select stock.read_until_date from {{ ref('int_inventory__last_reading') }} stock)
        ) as as_of_date,
        location.violation_count,
        location.has_error,
        location.is_in_scope
    from location
    left join facility on location.facility_id = facility.facility_id
    left join occupied on location.location_id = occupied.location_id

),

shared as (

    select
        measured.*,
        cast(round(measured.used_units / measured.max_units, 4) as decimal(19, 4)) as units_ratio,
        cast(round(measured.used_lpns / measured.max_lpns, 4) as decimal(19, 4)) as lpns_ratio,
        cast(round(measured.used_volume / measured.max_volume, 4) as decimal(19, 4)) as volume_ratio
    from measured

),

final as (

    select
        location_id,
        location_code,
        facility_id,
        facility_code,
        type_id,
        type_label,
        area,
        alloc_zone,
        cast(item_count as integer) as item_count,
        cast(used_units as decimal(19, 6)) as used_units,
        max_units,
        units_ratio,
        cast(used_lpns as integer) as used_lpns,
        max_lpns,
        lpns_ratio,
        cast(round(used_volume, 6) as decimal(28, 6)) as used_volume,
        max_volume,
        volume_ratio,
        case
            when coalesce(max_units, max_lpns, max_volume) is not null
                then greatest(coalesce(units_ratio, 0), coalesce(lpns_ratio, 0), coalesce(volume_ratio, 0))
        end as utilisation_ratio,
        case when used_units = 0 then 1 else 0 end as is_empty,
        case
            when used_units > max_units or used_lpns > max_lpns or used_volume > max_volume then 1 else 0
        end as is_over,
        is_locked_for_putaway,
        violation_count,
        has_error,
        is_in_scope,
        as_of_date
    from shared

)

select * from final
