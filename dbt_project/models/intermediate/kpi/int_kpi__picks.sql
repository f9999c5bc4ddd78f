with picks as (

    select * from {{ ref('int_allocation__picks') }}

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

final as (
{{ kpi_rows('summed', [
    {'kpi': 'pick_accuracy', 'unit': 'share', 'numerator': 'accurate_count', 'denominator': 'packed_count'},
    {'kpi': 'short_picks', 'unit': 'picks', 'numerator': 'short_count', 'denominator': '1'},
    {'kpi': 'allocation_cycle_time', 'unit': 'minutes', 'numerator': 'cycle_minutes', 'denominator': 'pick_count'},
    {'kpi': 'allocation_cycle_median', 'unit': 'minutes', 'numerator': 'median_minutes * pick_count', 'denominator': 'pick_count'},
    {'kpi': 'allocation_within_sla', 'unit': 'share', 'numerator': 'within_sla_count', 'denominator': 'pick_count'},
    {'kpi': 'throughput_per_day', 'unit': 'units', 'numerator': 'done_qty', 'denominator': '1'},
    {'kpi': 'throughput_per_hour', 'unit': 'units per hour', 'numerator': 'done_qty', 'denominator': 'hour_count'},
]) }}
)

select * from final
