{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='order_id',
    meta={'affected': {'keys': 'int_order_hdr__affected', 'column': 'order_id'}}
) }}

with allocation as (

    select * from {{ ref('allocation_performance') }}
    {{ only_affected('order_id', 'int_order_hdr__affected') }}

),

timed as (

    select
        order_id,
        min(created_at) as first_allocated_at,
        max(picked_at) as last_picked_at,
        max(case when is_complete = 1 then modified_at end) as last_completed_at
    from allocation
    where
        order_id is not null
        and is_picking = 1
        and has_error = 0
        and is_cancelled = 0
        and (is_deleted = 0 or is_complete = 1)
    group by order_id

)

select * from timed
