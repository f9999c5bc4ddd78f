with allocation as (

    select * from {{ ref('allocation_performance') }}

),

picks as (

    -- deleted while open: undone, does not count; deleted after completion: purged, counts; with an error: time and
    -- quantity of the pick are unknown
    select
        allocation.*,
        case
            when allocation.is_complete = 1 and allocation.packed_qty >= allocation.allocated_qty then 1
            else 0
        end as is_accurate,
        case
            when allocation.is_complete = 1 and allocation.packed_qty < allocation.allocated_qty then 1
            else 0
        end as is_short,
        case when allocation.is_complete = 1 then allocation.packed_qty else 0 end as done_qty
    from allocation
    where
        allocation.is_picked = 1
        and allocation.is_picking = 1
        and allocation.has_error = 0
        and allocation.facility_code is not null
        and allocation.is_cancelled = 0
        and (allocation.is_deleted = 0 or allocation.is_complete = 1)

)

select * from picks
