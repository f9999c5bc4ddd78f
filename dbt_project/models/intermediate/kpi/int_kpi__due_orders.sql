{%- set full = {'unit': 'share', 'denominator': 'judged_count', 'judged': 'judged_count', 'relevant': 'due_count'} -%}
{%- set both = {'unit': 'share', 'denominator': 'both_count', 'judged': 'both_count', 'relevant': 'due_count'} -%}
{%- set timed = {'unit': 'share', 'denominator': 'timed_count', 'judged': 'timed_count', 'relevant': 'due_count'} -%}
with orders as (

    select * from {{ ref('orders') }}

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

due as (

    -- unknown: when an order with an error or without a time of shipping left, and whether an order with unknown
    -- lines was in full
    select
        orders.facility_id,
        orders.due_date as business_date,
        case
            when orders.is_shipped = 1 and orders.is_on_time is null then 0
            when orders.has_error = 0 and orders.line_count > 0 then 1
            else 0
        end as is_timed,
        case when orders.has_error = 0 and orders.is_in_full is not null then 1 else 0 end as is_judged,
        coalesce(orders.is_in_full, 0) as is_in_full,
        coalesce(orders.is_on_time, 0) as is_on_time
    from orders
    inner join facility on orders.facility_id = facility.facility_id
    where
        orders.is_cancelled = 0
        and (orders.is_deleted = 0 or orders.is_shipped = 1)
        and orders.due_date < facility.read_until_date

),

summed as (

    select
        facility_id,
        business_date,
        count(*) as due_count,
        sum(is_timed) as timed_count,
        sum(is_judged) as judged_count,
        sum(is_judged * is_in_full) as in_full_count,
        sum(is_timed * is_on_time) as on_time_count,
        sum(is_judged * is_timed) as both_count,
        sum(is_judged * is_timed * is_in_full * is_on_time) as on_time_in_full_count
    from due
    group by facility_id, business_date

),

final as (
{{ kpi_rows('summed', [
    dict(full, kpi='order_fulfilment_rate', numerator='in_full_count'),
    dict(timed, kpi='on_time_shipment', numerator='on_time_count'),
    dict(both, kpi='on_time_in_full', numerator='on_time_in_full_count'),
]) }}
)

select * from final
