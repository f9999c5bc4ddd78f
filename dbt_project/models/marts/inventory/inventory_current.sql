{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='inventory_id',
    meta={'affected': {'keys': 'int_inventory_current__affected', 'column': 'inventory_id'}},
    on_schema_change='append_new_columns'
) }}

with located as (

    select * from {{ ref('int_inventory__located') }}
    {{ only_affected('inventory_id', 'int_inventory_current__affected') }}

),

held as (

    select * from {{ ref('int_inventory__held') }}
    {{ only_affected('inventory_id', 'int_inventory_current__affected') }}

),

item as (

    select * from {{ ref('int_item__described') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

location as (

    select * from {{ ref('stg_wms__location') }}

),

final as (

    select
        located.inventory_id,
        located.facility_id,
        located.facility_code,
        item.company_id,
        company.company_code,
        located.item_id,
        item.item_code,
        located.location_id,
        location.locn_str as location_code,
        located.container_id,
        located.container_nbr,
        located.is_outbound,
        located.lpn_status_description,
        located.lpn_status_meaning,
        located.is_stored,
        coalesce(held.is_locked, 0) as is_locked,
        held.lock_code,
        located.status_id,
        located.status_description,
        located.status_meaning,
        located.uom,
        cast(located.recorded_qty as decimal(19, 6)) as recorded_qty,
        cast(located.on_hand_qty as decimal(19, 6)) as on_hand_qty,
        cast(coalesce(held.allocated_qty, 0) as decimal(19, 6)) as allocated_qty,
        cast(
            case
                when located.is_outbound = 1 or held.is_locked = 1 then 0
                when located.on_hand_qty < coalesce(held.allocated_qty, 0) then 0
                else located.on_hand_qty - coalesce(held.allocated_qty, 0)
            end as decimal(19, 6)
        ) as available_qty,
        case when coalesce(held.allocated_qty, 0) > located.recorded_qty then 1 else 0 end as is_over_allocated,
        cast(round(located.on_hand_qty * item.unit_cost, 6) as decimal(19, 6)) as on_hand_value,
        item.currency_code,
        located.batch_number_id,
        located.priority_date,
        located.expiry_date,
        cast({{ seconds_between('located.as_of_date', 'located.expiry_date') }} / 86400 as integer) as days_to_expiry,
        located.received_date,
        cast({{ seconds_between('located.received_date', 'located.as_of_date') }} / 86400 as integer) as age_days,
        located.as_of_date,
        located.violation_count,
        located.has_error,
        located.created_at,
        located.modified_at,
        {{- custom_fields('container', 'located.container_id') }}
        located.loaded_at
    from located
    left join held on located.inventory_id = held.inventory_id
    left join item on located.item_id = item.item_id
    left join company on item.company_id = company.company_id
    left join location on located.location_id = location.location_id

)

select * from final
