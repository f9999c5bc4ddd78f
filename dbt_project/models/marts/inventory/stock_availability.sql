{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='stock_availability_id',
    meta={'affected': {'keys': 'int_stock__affected', 'column': 'stock_availability_id'}},
    on_schema_change='append_new_columns'
) }}

with stock as (

    select * from {{ ref('inventory_current') }}
    where
        facility_id is not null
        {{ only_affected(stock_key(), 'int_stock__affected', 'and') }}
        and item_id is not null

),

locks as (

    select * from {{ ref('int_inventory__locks') }}

),

divided as (

    -- every unit on hand is in one part: outbound, locked, reserved or available
    select
        stock.*,
        case when stock.is_outbound = 1 then stock.on_hand_qty else 0 end as outbound_qty,
        case when stock.is_outbound = 0 and stock.is_locked = 1 then stock.on_hand_qty else 0 end as locked_qty,
        case
            when stock.is_outbound = 0 and stock.is_locked = 0 then stock.on_hand_qty - stock.available_qty
            else 0
        end as reserved_qty,
        case when stock.is_outbound = 0 and stock.is_locked = 1 then locks.lock_level end as lock_level,
        case when stock.is_outbound = 0 and stock.days_to_expiry < 0 then stock.on_hand_qty else 0 end as expired_qty
    from stock
    left join locks on stock.inventory_id = locks.inventory_id

),

final as (

    select
        {{ stock_key() }} as stock_availability_id,
        facility_id,
        max(facility_code) as facility_code,
        max(company_id) as company_id,
        max(company_code) as company_code,
        item_id,
        max(item_code) as item_code,
        cast(sum(on_hand_qty) as decimal(19, 6)) as on_hand_qty,
        cast(sum(outbound_qty) as decimal(19, 6)) as outbound_qty,
        cast(sum(locked_qty) as decimal(19, 6)) as locked_qty,
        cast(sum(case when lock_level = 1 then locked_qty else 0 end) as decimal(19, 6)) as lpn_locked_qty,
        cast(sum(case when lock_level = 2 then locked_qty else 0 end) as decimal(19, 6)) as batch_locked_qty,
        cast(sum(case when lock_level = 3 then locked_qty else 0 end) as decimal(19, 6)) as location_locked_qty,
        cast(sum(reserved_qty) as decimal(19, 6)) as reserved_qty,
        cast(sum(available_qty) as decimal(19, 6)) as available_qty,
        cast(sum(expired_qty) as decimal(19, 6)) as expired_qty,
        {{ ratio('sum(available_qty)', 'sum(on_hand_qty)') }} as available_ratio,
        cast(sum(on_hand_value) as decimal(19, 6)) as on_hand_value,
        max(currency_code) as currency_code,
        cast(max(lock_code) as varchar(50)) as lock_code,
        max(as_of_date) as as_of_date
    from divided
    group by facility_id, item_id

)

select * from final
