-- WMS_ALLOCATIONS holds the accepted allocations that the WMS shows now, and their quantity.
-- A row means that the two tables differ.
with target_table as (

    select
        count(*) as allocation_count,
        coalesce(sum(qty), 0) as qty
    from {{ ref('wms_allocations') }}

),

allocations as (

    select
        count(*) as allocation_count,
        coalesce(sum(allocated_qty), 0) as qty
    from {{ ref('allocation_performance') }}
    where is_deleted = 0

)

select
    target_table.allocation_count,
    allocations.allocation_count as expected_count,
    target_table.qty,
    allocations.qty as expected_qty
from target_table
cross join allocations
where
    target_table.allocation_count <> allocations.allocation_count
    or target_table.qty <> allocations.qty
