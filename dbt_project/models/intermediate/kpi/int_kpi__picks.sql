{%- set coverage = {'judged': 'pick_count', 'relevant': 'relevant_count'} -%}
with picks as (

    select * from {{ ref('int_allocation__picks') }}

),

allocation as (

    select * from {{ ref('allocation_performance') }}
    where
        is_picked = 1
        and is_picking = 1
        and is_cancelled = 0
        and (is_deleted = 0 or is_complete = 1)

),

-- includes picks with an error, which KPIs leave out
relevant as (

    select
        facility_id,
        picked_date,
        count(*) as relevant_count
    from allocation
    group by facility_id, picked_date

),

summed as (

    select
        facility_id,
        picked_date as business_date,
        count(*) as pick_count,
        sum(is_complete) as packed_count,
        sum(is_accurate) as accurate_count,
        sum(is_short) as short_count,
        sum(is_within_sla) as within_sla_count,
        sum(cycle_seconds) / 60.0 as cycle_minutes,
        median(cycle_seconds) / 60.0 as median_minutes,
        sum(done_qty) as done_qty,
        count(distinct case when is_complete = 1 then picked_hour end) as hour_count
    from picks
    group by facility_id, picked_date

),

covered as (

    select
        summed.*,
        relevant.relevant_count
    from summed
    inner join relevant on summed.facility_id = relevant.facility_id and summed.business_date = relevant.picked_date

),

final as (
{{ kpi_rows('covered', [
    dict(coverage, kpi='pick_fill_rate', unit='share', numerator='accurate_count', denominator='packed_count'),
    dict(coverage, kpi='pick_accuracy', unit='share', numerator='accurate_count', denominator='packed_count'),
    dict(coverage, kpi='short_picks', unit='picks', numerator='short_count', denominator='1'),
    dict(coverage, kpi='allocation_cycle_time', unit='minutes', numerator='cycle_minutes', denominator='pick_count'),
    dict(coverage, kpi='allocation_cycle_median', unit='minutes', numerator='median_minutes * pick_count', denominator='pick_count'),
    dict(coverage, kpi='allocation_within_sla', unit='share', numerator='within_sla_count', denominator='pick_count'),
    dict(coverage, kpi='throughput_per_day', unit='units', numerator='done_qty', denominator='1'),
    dict(coverage, kpi='throughput_per_hour', unit='units per hour', numerator='done_qty', denominator='hour_count'),
]) }}
)

select * from final
