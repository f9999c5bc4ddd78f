with order_hdr as (

    select * from {{ ref('int_order_hdr__rules_broken') }}

),

order_dtl as (

    select * from {{ ref('int_order_dtl__rules_broken') }}

),

allocation as (

    select * from {{ ref('int_allocation__rules_broken') }}

),

unioned as (

    select * from order_hdr
    union all
    select * from order_dtl
    union all
    select * from allocation

)

select * from unioned
