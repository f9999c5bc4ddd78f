with order_hdr as (

    select * from {{ ref('int_order_hdr__rules_broken') }}

),

order_dtl as (

    select * from {{ ref('int_order_dtl__rules_broken') }}

),

allocation as (

    select * from {{ ref('int_allocation__rules_broken') }}

),

inventory as (

    select * from {{ ref('int_inventory__rules_broken') }}

),

ib_shipment as (

    select * from {{ ref('int_ib_shipment__rules_broken') }}

),

ib_shipment_dtl as (

    select * from {{ ref('int_ib_shipment_dtl__rules_broken') }}

),

item as (

    select * from {{ ref('int_item__rules_broken') }}

),

location as (

    select * from {{ ref('int_location__rules_broken') }}

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
