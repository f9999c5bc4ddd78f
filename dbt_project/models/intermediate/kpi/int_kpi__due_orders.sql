with orders as (

    select * from {{ ref('orders') }}

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

due as (

    select
        orders.facility_id,
        orders.required_ship_date as business_date,
        orders.is_in_full,
        coalesce(orders.is_on_time, 0) as is_on_time
    from orders
    inner join facility on orders.facility_id = facility.facility_id
    where
        orders.is_cancelled = 0
        and (orders.is_deleted = 0 or orders.is_shipped = 1)
        and orders.line_count > 0
        and orders.required_ship_date < facility.read_until_date

),

summed as (

    select
        facility_id,
        business_date,
        count(*) as due_count,
        sum(is_in_full) as in_full_count,
        sum(is_on_time) as on_time_count,
        sum(is_in_full * is_on_time) as on_time_in_full_count
    from due
    group by facility_id, business_date

),

final as (
{{ kpi_rows('summed', [
    {'kpi': 'order_fulfilment_rate', 'unit': 'share', 'numerator': 'in_full_count', 'denominator': 'due_count'},
    {'kpi': 'on_time_shipment', 'unit': 'share', 'numerator': 'on_time_count', 'denominator': 'due_count'},
    {'kpi': 'on_time_in_full', 'unit': 'share', 'numerator': 'on_time_in_full_count', 'denominator': 'due_count'},
]) }}
)

select * from final
