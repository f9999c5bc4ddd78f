{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='rejection_id',
    meta={'affected': {'keys': 'int_inventory__affected', 'column': 'entity_id'}}
) }}

with inventory as (

    select * from {{ ref('stg_wms__inventory') }}
    {{ only_affected('inventory_id', 'int_inventory__affected') }}

),

facility as (

    select * from {{ ref('stg_wms__facility') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

location as (

    select * from {{ ref('stg_wms__location') }}

),

container as (

    select * from {{ ref('stg_wms__container') }}

),

candidates as (

    select
        inventory.inventory_id as entity_id,
        inventory.facility_id,
        inventory.item_id,
        inventory.location_id,
        inventory.container_id,
        container.container_nbr,
        item.item_code,
        inventory.curr_qty as quantity,
        inventory.uom_label as unit_code,
        inventory.manufacture_date,
        inventory.expiry_date,
        inventory.is_valid_document,
        inventory.is_deleted,
        inventory.is_in_scope,
        inventory.loaded_at,
        {{ number_text('inventory.inventory_id') }} as natural_key,
        facility.facility_id as known_facility_id,
        item.item_id as known_item_id,
        location.location_id as known_location_id
    from inventory
    left join facility on inventory.facility_id = facility.facility_id
    left join item on inventory.item_id = item.item_id
    left join location on inventory.location_id = location.location_id
    left join container on inventory.container_id = container.container_id

),

{{ rule_violations('inventory', labels={
    'parent_id': 'container_id', 'lpn_number': 'container_nbr', 'item_code': 'item_code'
}) }}
