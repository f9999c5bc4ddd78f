{%- set counted = {
    'unit': 'share', 'denominator': 'order_count', 'judged': 'order_count', 'relevant': 'order_count',
} -%}
with orders as (

    select * from {{ ref('orders') }}
    where
        is_in_scope = 1
        and business_date is not null
        and facility_code is not null

),

summed as (

    -- deleted while open: undone, does not count; deleted after shipping or cancelling: purged, counts
    select
        facility_id,
        business_date,
        count(*) as order_count,
        sum(is_cancelled) as cancelled_count,
        sum(case when due_date is null then 1 else 0 end) as undated_count
    from orders
    where
        is_deleted = 0
        or is_shipped = 1
        or is_cancelled = 1
    group by facility_id, business_date

),

final as (
{{ kpi_rows('summed', [
    dict(counted, kpi='cancellation_rate', numerator='cancelled_count'),
    dict(counted, kpi='orders_without_due_date', numerator='undated_count'),
]) }}
)

select * from final
