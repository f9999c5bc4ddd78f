with order_hdr as (

    select * from {{ ref('int_order_hdr__rule_violations') }}

),

order_dtl as (

    select * from {{ ref('int_order_dtl__rule_violations') }}

),

allocation as (

    select * from {{ ref('int_allocation__rule_violations') }}

),

inventory as (

    select * from {{ ref('int_inventory__rule_violations') }}

),

ib_shipment as (

    select * from {{ ref('int_ib_shipment__rule_violations') }}

),

ib_shipment_dtl as (

    select * from {{ ref('int_ib_shipment_dtl__rule_violations') }}

),

item as (

    select * from {{ ref('int_item__rule_violations') }}

),

location as (

    select * from {{ ref('int_location__rule_violations') }}

),

unioned as (

    select * from order_hdr
    union all
    select * from order_dtl
    union all
    select * from allocation
    union all
    select * from inventory
    union all
    select * from ib_shipment
    union all
    select * from ib_shipment_dtl
    union all
    select * from item
    union all
    select * from location

)

select * from unioned
