with allocation as (

    select * from {{ ref('int_allocation__accepted') }}

),

counted as (

    -- a row deleted while open was undone; one deleted after completion was only purged, and its work counts
    select *
    from allocation
    where
        status_id <> 99
        and (is_deleted = 0 or status_id = 90)

),

summed as (

    select
        order_dtl_id,
        cast(count(*) as integer) as allocation_count,
        cast(sum(packed_qty) as decimal(19, 6)) as packed_qty,
        min(picked_at) as first_picked_at,
        max(picked_at) as last_picked_at
    from counted
    group by order_dtl_id

)

select * from summed
