-- WMS_ALLOCATIONS has all current allocations of orders in scope, except those that it refuses according to
-- rejected_records. Returns a row if they differ.
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
    where
        is_deleted = 0
        and is_picking = 1
        and is_in_scope = 1
        and allocation_id not in (
            select rejected.entity_id
            from {{ ref('rejected_records') }} rejected
            where rejected.entity = 'allocation' and rejected.is_refused_by_wms_allocations = 1
        )

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
