{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='allocation_id',
    meta={'affected': {'keys': 'int_reservation__affected', 'column': 'allocation_id'}}
) }}

{%- do build_after('int_stock__affected') -%}
with allocation as (

    select * from {{ ref('int_allocation__assessed') }}
    where
        is_in_scope = 1
        {{ only_affected('allocation_id', 'int_reservation__affected', 'and') }}
        and alloc_qty > 0

),

inventory as (

    select * from {{ ref('int_inventory__assessed') }}
    where is_in_scope = 1

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

timed as (

    select
        allocation.allocation_id,
        allocation.from_inventory_id as inventory_id,
        inventory.facility_id,
        inventory.item_id,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        allocation.alloc_qty as reserved_qty,
        allocation.created_at as reserved_at,
        -- the WMS records the time of a pick, but not of a cancellation: use the last change instead. A time later than
        -- the reading comes from a wrong clock: use the reading
        case
            when allocation.picked_at is not null then least(allocation.picked_at, allocation.loaded_at)
            when {{ means('allocation.status_meaning', 'done') }} and allocation.modified_at < allocation.loaded_at
                then allocation.modified_at
            when {{ means('allocation.status_meaning', 'done') }} then allocation.loaded_at
            else coalesce(allocation.deleted_at, inventory.deleted_at)
        end as released_at
    from allocation
    inner join inventory on allocation.from_inventory_id = inventory.inventory_id
    left join facility on inventory.facility_id = facility.facility_id

),

reserved as (

    select
        timed.*,
        {{ to_day(to_facility_time('timed.reserved_at', 'timed.time_zone')) }} as reserved_date,
        {{ to_day(to_facility_time('timed.released_at', 'timed.time_zone')) }} as released_date
    from timed

)

select * from reserved
