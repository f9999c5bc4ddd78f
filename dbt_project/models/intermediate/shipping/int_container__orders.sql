with allocation as (

    select * from {{ ref('allocation_performance') }}
    where
        is_picking = 1
        and is_cancelled = 0

),

staged as (

    select * from {{ ref('stg_wms__allocation') }}
    where final_oblpn_nbr is not null

),

final as (

    -- an LPN may carry several orders: the first stands for them
    select
        allocation.facility_id,
        staged.final_oblpn_nbr as container_nbr,
        min(allocation.order_id) as order_id,
        count(distinct allocation.order_id) as order_count,
        count(distinct allocation.order_dtl_id) as line_count,
        sum(allocation.packed_qty) as packed_qty
    from allocation
    inner join staged on allocation.allocation_id = staged.allocation_id
    where allocation.order_id is not null
    group by allocation.facility_id, staged.final_oblpn_nbr

)

select * from final
