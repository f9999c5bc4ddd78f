-- Picks by hour add up to the picked allocations, and so do the KPIs of a day. Returns days of a facility on which
-- they differ.
with picks as (

    select
        facility_id,
        business_date,
        sum(pick_count) as pick_count,
        sum(packed_qty) as packed_qty
    from {{ ref('pick_performance') }}
    group by facility_id, business_date

),

allocations as (

    select
        facility_id,
        picked_date as business_date,
        count(*) as pick_count,
        sum(case when is_complete = 1 then packed_qty else 0 end) as packed_qty
    from {{ ref('allocation_performance') }}
    where
        is_picked = 1
        and is_picking = 1
        and has_error = 0
        and facility_code is not null
        and is_cancelled = 0
        and (is_deleted = 0 or is_complete = 1)
    group by facility_id, picked_date

),

kpis as (

    select
        facility_id,
        business_date,
        max(case when kpi = 'allocation_cycle_time' then denominator end) as pick_count,
        max(case when kpi = 'throughput_per_day' then numerator end) as packed_qty
    from {{ ref('kpi_daily') }}
    where kpi in ('allocation_cycle_time', 'throughput_per_day')
    group by facility_id, business_date

)

select
    allocations.facility_id,
    allocations.business_date,
    allocations.pick_count,
    allocations.packed_qty
from allocations
left join picks
    on
        allocations.facility_id = picks.facility_id
        and allocations.business_date = picks.business_date
left join kpis
    on
        allocations.facility_id = kpis.facility_id
        and allocations.business_date = kpis.business_date
where
    allocations.pick_count <> coalesce(picks.pick_count, 0)
    or allocations.packed_qty <> coalesce(picks.packed_qty, 0)
    or allocations.pick_count <> coalesce(kpis.pick_count, 0)
    or allocations.packed_qty <> coalesce(kpis.packed_qty, 0)
