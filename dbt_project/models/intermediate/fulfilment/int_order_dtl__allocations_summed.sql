{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='order_dtl_id',
    meta={'affected': {'keys': 'int_order_dtl__affected', 'column': 'order_dtl_id'}}
) }}

with allocation as (

    select * from {{ ref('int_allocation__used') }}
    {{ only_affected('order_dtl_id', 'int_order_dtl__affected') }}

),

usable as (

    select
        allocation_id,
        has_error
    from {{ ref('int_allocation__assessed') }}

),

counted as (

    -- deleted while open: undone, does not count; deleted after completion: purged, counts
    select
        allocation.*,
        case when usable.allocation_id is null then 1 else 0 end as is_hidden,
        coalesce(usable.has_error, 1) as is_unknown
    from allocation
    left join usable on allocation.allocation_id = usable.allocation_id
    where
        allocation.is_for_order = 1
        and not {{ means('allocation.status_meaning', 'cancelled') }}
        and (allocation.is_deleted = 0 or {{ means('allocation.status_meaning', 'completed') }})

),

summed as (

    select
        order_dtl_id,
        cast(sum(1 - is_hidden) as integer) as allocation_count,
        cast(sum(is_unknown) as integer) as unknown_allocation_count,
        cast(sum(case when is_hidden = 0 then packed_qty end) as decimal(19, 6)) as packed_qty,
        max(wave_id) as wave_id,
        min(case when is_hidden = 0 then picked_at end) as first_picked_at,
        max(case when is_hidden = 0 then picked_at end) as last_picked_at
    from counted
    where order_dtl_id is not null
    group by order_dtl_id

)

select * from summed
