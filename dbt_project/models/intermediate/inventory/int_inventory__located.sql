with inventory as (

    select * from {{ ref('stg_wms__inventory') }}
    where
        is_deleted = 0
        and is_valid_document = 1
        and item_id is not null
        and inventory_id not in (
            select refused.entity_id
            from {{ ref('int_quality__rules_broken') }} refused
            where refused.entity = 'inventory' and refused.handling = 'hidden'
        )

),

facility as (

    select * from {{ ref('int_inventory__read_until') }}

),

container as (

    select * from {{ ref('stg_wms__container') }}

),

dated as (

    select
        inventory.inventory_id,
        inventory.facility_id,
        facility.facility_code,
        facility.time_zone,
        facility.read_until_date as as_of_date,
        inventory.item_id,
        coalesce(inventory.location_id, container.curr_location_id) as location_id,
        inventory.container_id,
        container.container_nbr,
        case when container.container_type = 'O' then 1 else 0 end as is_outbound,
        inventory.status_id,
        coalesce(inventory.curr_qty, 0) as on_hand_qty,
        inventory.batch_number_id,
        inventory.priority_date,
        inventory.expiry_date,
        -- goods that have left their LPN only have the day on which their record was made
        coalesce(container.rcvd_at, inventory.created_at) as received_at,
        inventory.created_at,
        inventory.modified_at,
        inventory.loaded_at
    from inventory
    inner join facility on inventory.facility_id = facility.facility_id
    left join container on inventory.container_id = container.container_id

),

located as (

    select
        dated.*,
        {{ to_day(to_facility_time('dated.received_at', 'dated.time_zone')) }} as received_date
    from dated

)

select * from located
