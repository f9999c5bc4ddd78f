{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='inventory_ageing_id',
    meta={'affected': {'keys': 'int_stock__affected', 'column': 'inventory_ageing_id'}},
    on_schema_change='append_new_columns'
) }}

{#- First and last day of the middle bands. The youngest and the oldest band are open-ended. -#}
{%- set bands = [(31, 60), (61, 90), (91, 180)] -%}

with inventory as (

    select * from {{ ref('inventory_current') }}
    where
        is_outbound = 0
        {{ only_affected(stock_key(), 'int_stock__affected', 'and') }}
        and on_hand_qty <> 0

),

final as (

    select
        {{ stock_key() }} as inventory_ageing_id,
        facility_id,
        facility_code,
        item_id,
        item_code,
        as_of_date,
        cast(sum(on_hand_qty) as decimal(19, 6)) as on_hand_qty,
        cast(sum(on_hand_value) as decimal(19, 6)) as on_hand_value,
        cast(sum(case when age_days <= 30 then on_hand_qty else 0 end) as decimal(19, 6)) as age_0_30_qty,
        {%- for first_day, last_day in bands %}
        cast(
            sum(case when age_days between {{ first_day }} and {{ last_day }} then on_hand_qty else 0 end)
            as decimal(19, 6)
        ) as age_{{ first_day }}_{{ last_day }}_qty,
        {%- endfor %}
        cast(sum(case when age_days > 180 then on_hand_qty else 0 end) as decimal(19, 6)) as age_over_180_qty,
        cast(sum(case when age_days is null then on_hand_qty else 0 end) as decimal(19, 6)) as age_unknown_qty,
        cast(
            sum(case when days_to_expiry between 0 and {{ var('expiry_warning_days') }} then on_hand_qty else 0 end)
            as decimal(19, 6)
        ) as expiring_qty,
        cast(sum(case when days_to_expiry < 0 then on_hand_qty else 0 end) as decimal(19, 6)) as expired_qty,
        min(received_date) as oldest_received_date,
        min(expiry_date) as next_expiry_date
    from inventory
    group by facility_id, facility_code, item_id, item_code, as_of_date

)

select * from final
