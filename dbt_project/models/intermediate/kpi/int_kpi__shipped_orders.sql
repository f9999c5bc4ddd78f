with orders as (

    select * from {{ ref('orders') }}

),

summed as (

    select
        facility_id,
        shipped_date as business_date,
        count(*) as shipped_count,
        sum(line_count) as line_count,
        sum(filled_line_count) as filled_line_count,
        sum(cycle_seconds) / 3600.0 as cycle_hours
    from orders
    where
        is_shipped = 1
        and shipped_date is not null
    group by facility_id, shipped_date

),

final as (
{{ kpi_rows('summed', [
    {'kpi': 'line_fill_rate', 'unit': 'share', 'numerator': 'filled_line_count', 'denominator': 'line_count'},
    {'kpi': 'order_cycle_time', 'unit': 'hours', 'numerator': 'cycle_hours', 'denominator': 'shipped_count'},
    {'kpi': 'orders_shipped', 'unit': 'orders', 'numerator': 'shipped_count', 'denominator': '1'},
]) }}
)

select * from final
