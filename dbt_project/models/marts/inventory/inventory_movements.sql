{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='movement_id',
    meta={'affected': {'keys': 'int_inventory__affected', 'column': 'inventory_id'}},
    on_schema_change='append_new_columns'
) }}

with movements as (

    select * from {{ ref('int_inventory__movements') }}
    {{ only_affected('inventory_id', 'int_inventory__affected') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

location as (

    select * from {{ ref('stg_wms__location') }}

),

final as (

    select
        movements.movement_id,
        movements.inventory_id,
        movements.read_order,
        movements.movement_type,
        movements.facility_id,
        movements.facility_code,
        movements.business_date,
        movements.item_id,
        item.item_code,
        movements.is_outbound,
        movements.from_location_id,
        from_location.locn_str as from_location_code,
        movements.to_location_id,
        to_location.locn_str as to_location_code,
        movements.from_container_id,
        movements.to_container_id,
        movements.from_status_id,
        movements.to_status_id,
        cast(movements.delta_qty as decimal(19, 6)) as delta_qty,
        cast(movements.measured_delta_qty as decimal(19, 6)) as measured_delta_qty,
        cast(movements.resulting_qty as decimal(19, 6)) as resulting_qty,
        movements.is_deletion,
        movements.is_stored,
        movements.is_in_scope,
        movements.modified_at,
        movements.loaded_at
    from movements
    left join item on movements.item_id = item.item_id
    left join location from_location on movements.from_location_id = from_location.location_id
    left join location to_location on movements.to_location_id = to_location.location_id

)

select * from final
