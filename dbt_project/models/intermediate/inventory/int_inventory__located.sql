with inventory as (

    select * from {{ ref('int_inventory__assessed') }}
    where
        is_deleted = 0
        and is_in_scope = 1

),

facility as (

    select * from {{ ref('int_inventory__read_until') }}

),

last_reading as (

    select * from {{ ref('int_inventory__last_reading') }}

),

container as (

    select * from {{ ref('stg_wms__container') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'container'

),

dated as (

    select
        inventory.inventory_id,
        inventory.facility_id,
        facility.facility_code,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        coalesce(facility.read_until_date, last_reading.read_until_date) as as_of_date,
        inventory.item_id,
        coalesce(inventory.location_id, container.curr_location_id) as location_id,
        inventory.container_id,
        container.container_nbr,
        case when container.container_type = 'O' then 1 else 0 end as is_outbound,
        statuses.status_description as lpn_status_description,
        {{ meaning_of_status('container.status_id', 'statuses.meaning') }} as lpn_status_meaning,
        {{ is_stored('container.container_type', 'statuses.meaning') }} as is_stored,
        inventory.status_id,
        inventory.status_description,
        inventory.status_meaning,
        coalesce(inventory.curr_qty, 0) as recorded_qty,
        inventory.uom_label as uom,
        inventory.batch_number_id,
        inventory.priority_date,
        inventory.expiry_date,
        -- goods without an LPN only have the day on which their record was created
        coalesce(container.rcvd_at, inventory.created_at) as received_at,
        inventory.created_at,
        inventory.modified_at,
        inventory.loaded_at,
        inventory.violation_count,
        inventory.has_error
    from inventory
    cross join last_reading
    left join facility on inventory.facility_id = facility.facility_id
    left join container on inventory.container_id = container.container_id
    left join statuses on container.status_id = statuses.status_id

),

located as (

    select
        dated.*,
        dated.recorded_qty * dated.is_stored as on_hand_qty,
        {{ to_day(to_facility_time('dated.received_at', 'dated.time_zone')) }} as received_date
    from dated

)

select * from located
