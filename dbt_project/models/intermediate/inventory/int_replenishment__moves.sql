with allocation as (

    select * from {{ ref('allocation_performance') }}
    where
        is_picking = 0
        and is_cancelled = 0
        and item_id is not null

),

final as (

    select
        facility_id,
        facility_code,
        item_id,
        item_code,
        business_date,
        count(*) as move_count,
        sum(is_picked) as done_count,
        sum(case when is_picked = 0 and is_deleted = 0 then 1 else 0 end) as open_count,
        sum(allocated_qty) as allocated_qty,
        sum(case when is_picked = 1 then packed_qty else 0 end) as moved_qty,
        sum(case when cycle_seconds >= 0 then cycle_seconds else 0 end) as cycle_seconds,
        sum(case when cycle_seconds >= 0 then 1 else 0 end) as timed_count,
        sum(
            case when cycle_seconds between 0 and {{ var('replenishment_sla_minutes') }} * 60 then 1 else 0 end
        ) as within_sla_count
    from allocation
    where
        facility_id is not null
        and business_date is not null
    group by facility_id, facility_code, item_id, item_code, business_date

)

select * from final
