with inventory as (

    select * from {{ ref('int_inventory__located') }}

),

reserved as (

    select
        inventory_id,
        sum(reserved_qty) as allocated_qty
    from {{ ref('int_allocation__reserved') }}
    where released_at is null
    group by inventory_id

),

locks as (

    select * from {{ ref('int_inventory__locks') }}

),

weighed as (

    select
        inventory.*,
        coalesce(reserved.allocated_qty, 0) as allocated_qty,
        locks.lock_code,
        case when locks.lock_count > 0 then 1 else 0 end as is_locked
    from inventory
    left join reserved on inventory.inventory_id = reserved.inventory_id
    left join locks on inventory.inventory_id = locks.inventory_id

)

select * from weighed
