with reserved as (

    select * from {{ ref('int_allocation__reserved') }}
    where released_at is null

),

locks as (

    select * from {{ ref('int_inventory__locks') }}
    where lock_count > 0

),

parts as (

    select
        inventory_id,
        reserved_qty,
        cast(null as varchar(50)) as lock_code,
        0 as is_locked
    from reserved

    union all

    select
        inventory_id,
        0 as reserved_qty,
        lock_code,
        1 as is_locked
    from locks

),

held as (

    select
        inventory_id,
        sum(reserved_qty) as allocated_qty,
        max(lock_code) as lock_code,
        max(is_locked) as is_locked
    from parts
    group by inventory_id

)

select * from held
