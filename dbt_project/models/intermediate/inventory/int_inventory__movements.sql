with stepped as (

    select * from {{ ref('int_inventory__version_steps') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

sides as (

    -- increase of the stock that the version belongs to
    select
        stepped.*,
        cast('to' as varchar(4)) as side,
        stepped.facility_id as side_facility_id,
        stepped.item_id as side_item_id,
        stepped.is_outbound as side_is_outbound,
        stepped.qty - case when stepped.is_same_stock = 1 then stepped.previous_qty else 0 end as delta_qty,
        stepped.measured_qty - stepped.is_same_stock * coalesce(stepped.previous_measured_qty, 0) as measured_delta_qty
    from stepped

    union all

    -- decrease of the stock that the previous version belonged to, if it is another
    select
        stepped.*,
        cast('from' as varchar(4)) as side,
        stepped.previous_facility_id as side_facility_id,
        stepped.previous_item_id as side_item_id,
        stepped.previous_is_outbound as side_is_outbound,
        -stepped.previous_qty as delta_qty,
        -stepped.previous_measured_qty as measured_delta_qty
    from stepped
    where
        stepped.previous_read_order is not null
        and stepped.is_same_stock = 0

),

moved as (

    select
        {{ hash_key([
            number_text('sides.inventory_id'),
            'sides.content_hash',
            number_text('sides.is_deleted'),
            number_text('sides.is_in_scope'),
            number_text('sides.is_stored'),
            number_text('sides.location_id'),
            number_text('sides.occurrence'),
            'sides.side',
        ]) }} as movement_id,
        sides.inventory_id,
        sides.read_order,
        cast(
            case
                when sides.is_opening = 1 then 'opening'
                when sides.is_in_scope <> coalesce(sides.previous_is_in_scope, 1) then 'scope'
                when sides.delta_qty > 0 and sides.side_is_outbound = 1 then 'picked'
                when sides.delta_qty < 0 and sides.side_is_outbound = 1 then 'shipped'
                when sides.delta_qty > 0 then 'in'
                when sides.delta_qty < 0 then 'out'
                when
                    coalesce(sides.location_id, -1) <> coalesce(sides.previous_location_id, -1)
                    or coalesce(sides.container_id, -1) <> coalesce(sides.previous_container_id, -1)
                    then 'moved'
                else 'changed'
            end as varchar(10)
        ) as movement_type,
        sides.side_facility_id as facility_id,
        facility.facility_code,
        {{ to_day(to_facility_time(
            'sides.loaded_at', 'coalesce(facility.time_zone, ' ~ default_time_zone() ~ ')'
        )) }} as business_date,
        sides.side_item_id as item_id,
        sides.side_is_outbound as is_outbound,
        sides.previous_location_id as from_location_id,
        sides.location_id as to_location_id,
        sides.previous_container_id as from_container_id,
        sides.container_id as to_container_id,
        sides.previous_status_id as from_status_id,
        sides.status_id as to_status_id,
        sides.delta_qty,
        sides.measured_delta_qty,
        sides.qty as resulting_qty,
        sides.is_deleted as is_deletion,
        sides.is_stored,
        sides.is_in_scope,
        sides.modified_at,
        sides.loaded_at
    from sides
    left join facility on sides.side_facility_id = facility.facility_id

)

select * from moved
