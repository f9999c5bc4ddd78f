{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key=['read_order', 'seen_at'],
    meta={'affected': {'keys': 'int_inventory__affected', 'column': 'inventory_id'}}
) }}

{%- set kept = [
    'facility_id', 'item_id', 'is_outbound', 'is_stored', 'location_id', 'container_id', 'status_id', 'qty',
    'measured_qty', 'is_in_scope',
] -%}

with placed as (

    select * from {{ ref('int_inventory__placed') }}
    {{ only_affected('inventory_id', 'int_inventory__affected') }}

),

counted as (

    select
        placed.*,
        placed.qty * placed.is_measured as measured_qty,
        row_number() over (
            partition by
                placed.inventory_id, placed.content_hash, placed.is_deleted, placed.is_in_scope, placed.is_stored,
                placed.location_id
            order by placed.read_order, placed.seen_at
        ) as occurrence
    from placed

),

first_reading as (

    select min(loaded_at) as first_read_at
    from {{ ref('stg_wms__inventory_versions') }}
    where is_valid_document = 1

),

followed as (

    select
        counted.*,
        {%- for column in kept %}
        lag(counted.{{ column }}) over (
            partition by counted.inventory_id order by counted.read_order, counted.seen_at
        ) as previous_{{ column }},
        {%- endfor %}
        lag(counted.read_order) over (
            partition by counted.inventory_id order by counted.read_order, counted.seen_at
        ) as previous_read_order
    from counted

),

stepped as (

    select
        followed.*,
        case
            when
                coalesce(followed.facility_id, -1) = coalesce(followed.previous_facility_id, -1)
                and coalesce(followed.item_id, -1) = coalesce(followed.previous_item_id, -1)
                and followed.is_outbound = followed.previous_is_outbound
                then 1
            else 0
        end as is_same_stock,
        case
            when followed.previous_read_order is not null or followed.created_at > first_reading.first_read_at then 0
            else 1
        end as is_opening
    from followed
    cross join first_reading

)

select * from stepped
