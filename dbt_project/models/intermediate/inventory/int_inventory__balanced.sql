{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key=['facility_id', 'item_id', 'valid_from'],
    meta={'affected': {'keys': 'int_stock__affected', 'column': 'stock_availability_id'}}
) }}

{%- set flows = {'opening': 1, 'in': 1, 'out': -1, 'picked': 1, 'shipped': -1, 'scope': 1} -%}

with movements as (

    select * from {{ ref('inventory_movements') }}
    -- daily stock is by facility and item; records without them are only in inventory_current
    where
        facility_id is not null
        {{ only_affected(stock_key(), 'int_stock__affected', 'and') }}
        and item_id is not null

),

facility as (

    select * from {{ ref('int_inventory__read_until') }}

),

last_reading as (

    select * from {{ ref('int_inventory__last_reading') }}

),

summed as (

    select
        facility_id,
        item_id,
        business_date,
        {%- for flow, sign in flows.items() %}
        sum(case when movement_type = '{{ flow }}' then {{ '-' if sign < 0 }}delta_qty else 0 end) as {{ flow }}_qty,
        {%- endfor %}
        sum(delta_qty) as delta_qty,
        sum(measured_delta_qty) as measured_delta_qty,
        sum(case when is_outbound = 1 then delta_qty else 0 end) as outbound_delta_qty
    from movements
    group by facility_id, item_id, business_date

),

balanced as (

    select
        {{ stock_key('summed') }} as stock_availability_id,
        summed.facility_id,
        facility.facility_code,
        summed.item_id,
        summed.business_date as valid_from,
        coalesce(
            {{ to_day(add_days('lead(summed.business_date) over (
                partition by summed.facility_id, summed.item_id order by summed.business_date
            )', -1)) }},
            facility.read_until_date,
            last_reading.read_until_date
        ) as valid_to,
        {%- for flow in flows %}
        summed.{{ flow }}_qty,
        {%- endfor %}
        sum(summed.delta_qty) over (
            partition by summed.facility_id, summed.item_id order by summed.business_date
        ) as on_hand_qty,
        sum(summed.outbound_delta_qty) over (
            partition by summed.facility_id, summed.item_id order by summed.business_date
        ) as outbound_qty,
        sum(summed.measured_delta_qty) over (
            partition by summed.facility_id, summed.item_id order by summed.business_date
        ) as measured_qty
    from summed
    cross join last_reading
    left join facility on summed.facility_id = facility.facility_id

)

select * from balanced
