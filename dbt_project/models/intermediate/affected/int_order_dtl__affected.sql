{#- Order lines whose rows can differ from those of the last build. -#}
with order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

orders as (

    select * from {{ ref('int_order_hdr__affected') }}

),

changed as (

    select * from {{ ref('int_order_dtl__changed') }}

),

found as (

    select order_dtl_id
    from order_dtl
    where order_id in (select orders.order_id from orders)

    union

    select order_dtl_id from changed

)

select * from found
