{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key=['facility_id', 'item_id', 'business_date'],
    meta={'affected': {'keys': 'int_stock__affected', 'column': 'stock_availability_id'}},
    on_schema_change='append_new_columns'
) }}

with balances as (

    select * from {{ ref('int_inventory__balanced') }}
    {{ only_affected('stock_availability_id', 'int_stock__affected') }}

),

reserved as (

    select * from {{ ref('int_allocation__reserved') }}

),

item as (

    select * from {{ ref('int_item__described') }}

),

calendar as (

    select calendar_date from {{ ref('dim_date') }}

),

days as (

    select
        balances.*,
        calendar.calendar_date as business_date,
        case when calendar.calendar_date = balances.valid_from then 1 else 0 end as is_change
    from balances
    inner join calendar on calendar.calendar_date between balances.valid_from and balances.valid_to

),

allocated as (

    select
        days.facility_id,
        days.item_id,
        days.business_date,
        sum(reserved.reserved_qty) as allocated_qty
    from days
    inner join reserved
        on
            days.facility_id = reserved.facility_id
            and days.item_id = reserved.item_id
            and days.business_date >= reserved.reserved_date
            and (reserved.released_date is null or days.business_date < reserved.released_date)
    group by days.facility_id, days.item_id, days.business_date

),

final as (

    select
        days.facility_id,
        days.facility_code,
        days.item_id,
        item.item_code,
        days.business_date,
        cast(days.on_hand_qty as decimal(19, 6)) as on_hand_qty,
        cast(days.outbound_qty as decimal(19, 6)) as outbound_qty,
        cast(days.measured_qty as decimal(19, 6)) as measured_qty,
        cast(coalesce(allocated.allocated_qty, 0) as decimal(19, 6)) as allocated_qty,
        {%- for flow in ['opening', 'in', 'out', 'picked', 'shipped', 'scope'] %}
        cast(days.is_change * days.{{ flow }}_qty as decimal(19, 6)) as {{ flow }}_qty,
        {%- endfor %}
        cast(round(days.on_hand_qty * item.unit_cost, 6) as decimal(19, 6)) as on_hand_value,
        item.currency_code,
        days.stock_availability_id
    from days
    left join item on days.item_id = item.item_id
    left join allocated
        on
            days.facility_id = allocated.facility_id
            and days.item_id = allocated.item_id
            and days.business_date = allocated.business_date
    where
        days.on_hand_qty <> 0
        or days.outbound_qty <> 0
        or days.is_change = 1
        or allocated.allocated_qty <> 0

)

select * from final
