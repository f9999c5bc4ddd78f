{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='order_id',
    meta={'affected': {'keys': 'int_order_hdr__affected', 'column': 'order_id'}}
) }}

with lines as (

    select * from {{ ref('int_order_dtl__fulfilled') }}
    {{ only_affected('order_id', 'int_order_hdr__affected') }}

),

counted as (

    -- deleted while open: undone, does not count; deleted after completion: purged, counts
    select *
    from lines
    where
        order_id is not null
        and (is_deleted = 0 or {{ means('status_meaning', 'terminal') }})

),

summed as (

    select
        order_id,
        cast(count(*) as integer) as line_count,
        cast(sum(is_cancelled) as integer) as cancelled_line_count,
        cast(sum(1 - is_fill_known) as integer) as unknown_line_count,
        cast(sum(is_filled * is_fill_known) as integer) as filled_line_count,
        cast(sum(ordered_qty) as decimal(19, 6)) as ordered_qty,
        cast(sum(case when is_cancelled = 1 then ordered_qty else 0 end) as decimal(19, 6)) as cancelled_qty,
        cast(sum(allocated_qty) as decimal(19, 6)) as allocated_qty,
        cast(sum(packed_qty) as decimal(19, 6)) as packed_qty,
        max(wave_id) as wave_id,
        cast(count(distinct wave_id) as integer) as wave_count
    from counted
    group by order_id

)

select * from summed
