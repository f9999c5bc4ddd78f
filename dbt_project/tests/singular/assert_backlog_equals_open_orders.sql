-- The backlog counts every open order once. Returns facilities whose bands do not add up.
with orders as (

    select
        facility_id,
        sum(is_open) as open_count
    from {{ ref('orders') }}
    where is_in_scope = 1
    group by facility_id

),

backlog as (

    select
        facility_id,
        sum(order_count) as order_count
    from {{ ref('order_backlog') }}
    group by facility_id

)

select
    orders.facility_id,
    orders.open_count,
    backlog.order_count
from orders
left join backlog
    on
        orders.facility_id = backlog.facility_id
        or (orders.facility_id is null and backlog.facility_id is null)
where orders.open_count <> coalesce(backlog.order_count, 0)
