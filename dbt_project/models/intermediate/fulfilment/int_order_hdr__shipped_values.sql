with orders as (

    select * from {{ ref('orders') }}
    where is_shipped = 1

),

order_lines as (

    select * from {{ ref('order_lines') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

shipped as (

    select
        orders.facility_id,
        orders.shipped_date,
        sum(order_lines.packed_qty * item.unit_cost) as shipped_value
    from order_lines
    inner join orders on order_lines.order_id = orders.order_id
    inner join item on order_lines.item_id = item.item_id
    group by orders.facility_id, orders.shipped_date

)

select * from shipped
