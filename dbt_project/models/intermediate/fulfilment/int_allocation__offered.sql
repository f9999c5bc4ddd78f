with allocation as (

    select * from {{ ref('int_allocation__localised') }}

),

refused as (

    select * from {{ ref('int_allocation__refused') }}

),

offered as (

    select allocation.*
    from allocation
    left join refused on allocation.allocation_id = refused.allocation_id
    where
        refused.allocation_id is null
        and allocation.is_picking = 1
        and allocation.is_deleted = 0
        and allocation.is_in_scope = 1

)

select * from offered
