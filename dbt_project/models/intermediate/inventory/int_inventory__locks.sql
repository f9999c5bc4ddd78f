with inventory as (

    select * from {{ ref('int_inventory__located') }}

),

lock_codes as (

    select * from {{ ref('stg_wms__inventory_lock') }}

),

lpn_lock as (

    select * from {{ ref('stg_wms__container_lock_xref') }}
    where is_deleted = 0

),

batch as (

    select * from {{ ref('stg_wms__batch_number') }}
    where is_deleted = 0

),

location as (

    select * from {{ ref('stg_wms__location') }}

),

applied as (

    select
        inventory.inventory_id,
        1 as lock_level,
        lpn_lock.lock_id
    from inventory
    inner join lpn_lock on inventory.container_id = lpn_lock.container_id

    union all

    select
        inventory.inventory_id,
        2 as lock_level,
        batch.lock_id
    from inventory
    inner join batch on inventory.batch_number_id = batch.batch_number_id

    union all

    select
        inventory.inventory_id,
        3 as lock_level,
        location.lock_code_id as lock_id
    from inventory
    inner join location on inventory.location_id = location.location_id

),

locks as (

    -- an unknown lock prevents allocation
    select
        applied.inventory_id,
        cast(count(distinct applied.lock_id) as integer) as lock_count,
        min(applied.lock_level) as lock_level,
        min(coalesce(lock_codes.lock_code, {{ number_text('applied.lock_id') }})) as lock_code
    from applied
    left join lock_codes on applied.lock_id = lock_codes.inventory_lock_id
    where
        applied.lock_id is not null
        and coalesce(lock_codes.is_allocatable_for_order, 0) = 0
    group by applied.inventory_id

)

select * from locks
