{%- set key = ['customer_nbr', number_text('facility_id')] -%}
with orders as (

    select * from {{ ref('orders') }}
    where
        is_open = 1
        and is_in_scope = 1

),

final as (

    select
        {{ hash_key(key) }} as open_orders_by_customer_id,
        facility_id,
        facility_code,
        customer_nbr,
        cast(count(*) as integer) as order_count,
        cast(sum(ordered_qty) as decimal(19, 6)) as ordered_qty,
        min(due_date) as first_due_date
    from orders
    group by facility_id, facility_code, customer_nbr

)

select * from final
