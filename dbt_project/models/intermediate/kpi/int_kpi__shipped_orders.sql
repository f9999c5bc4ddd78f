{%- set timed = {'unit': 'hours', 'denominator': 'timed_count', 'judged': 'timed_count', 'relevant': 'order_count'} -%}
with orders as (

    select * from {{ ref('orders') }}
    where
        is_shipped = 1
        and shipped_date is not null
        and facility_code is not null

),

summed as (

    select
        facility_id,
        shipped_date as business_date,
        count(*) as order_count,
        sum(1 - has_error) as shipped_count,
        sum(line_count + hidden_line_count) as line_count,
        sum(case when has_error = 0 then line_count - unknown_line_count else 0 end) as known_line_count,
        sum(case when has_error = 0 then filled_line_count else 0 end) as filled_line_count,
        sum(case when has_error = 0 and cycle_seconds >= 0 then 1 else 0 end) as timed_count,
        sum(case when has_error = 0 and cycle_seconds >= 0 then cycle_seconds else 0 end) / 3600.0 as cycle_hours,
        median(case when has_error = 0 and cycle_seconds >= 0 then cycle_seconds end) / 3600.0 as cycle_hours_median,
        percentile_cont(0.9) within group (
            order by case when has_error = 0 and cycle_seconds >= 0 then cycle_seconds end
        ) / 3600.0 as cycle_hours_p90
    from orders
    group by facility_id, shipped_date

),

final as (
{{ kpi_rows('summed', [
    {
        'kpi': 'line_fill_rate', 'unit': 'share', 'numerator': 'filled_line_count', 'denominator': 'known_line_count',
        'judged': 'known_line_count', 'relevant': 'line_count',
    },
    dict(timed, kpi='order_cycle_time', numerator='cycle_hours'),
    dict(timed, kpi='order_cycle_median', numerator='cycle_hours_median * timed_count'),
    dict(timed, kpi='order_cycle_p90', numerator='cycle_hours_p90 * timed_count'),
    {
        'kpi': 'orders_shipped', 'unit': 'orders', 'numerator': 'shipped_count', 'denominator': '1',
        'judged': 'shipped_count', 'relevant': 'order_count',
    },
]) }}
)

select * from final
