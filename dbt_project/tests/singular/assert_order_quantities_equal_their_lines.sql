-- The quantities of an order equal those of its lines. Returns orders that differ.
with orders as (

    select * from {{ ref('orders') }}

),

lines as (

    select
        order_id,
        sum(ordered_qty) as ordered_qty,
        sum(packed_qty) as packed_qty
    from {{ ref('order_lines') }}
    where is_deleted = 0 or {{ means('status_meaning', 'terminal') }}
    group by order_id

)

select
    orders.order_id,
    orders.ordered_qty,
    lines.ordered_qty as line_ordered_qty,
    orders.packed_qty,
    lines.packed_qty as line_packed_qty
from orders
left join lines on orders.order_id = lines.order_id
where
    orders.ordered_qty <> coalesce(lines.ordered_qty, 0)
    or orders.packed_qty <> coalesce(lines.packed_qty, 0)
