with allocation as (

    select * from {{ ref('stg_wms__allocation') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'allocation'

),

used as (

    -- quantity of the line that the allocation uses: nothing if undone, the packed quantity once it is complete
    select
        allocation.*,
        {{ meaning_of_status('allocation.status_id', 'statuses.meaning') }} as status_meaning,
        statuses.status_rank,
        coalesce(allocation.is_picking, 1) as is_for_order,
        case
            when allocation.alloc_qty <= 0 or {{ means('statuses.meaning', 'cancelled') }} then 0
            when allocation.is_picking = 0 then 0
            when allocation.is_deleted = 1 and not {{ means('statuses.meaning', 'completed') }} then 0
            when {{ means('statuses.meaning', 'completed') }} and allocation.packed_qty < allocation.alloc_qty
                then allocation.packed_qty
            else allocation.alloc_qty
        end as used_qty
    from allocation
    left join statuses on allocation.status_id = statuses.status_id

)

select * from used
