with order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

rejections as (

    select * from {{ ref('int_order_dtl__rules_broken') }}
    where severity = 'error'

),

accepted as (

    select *
    from order_dtl
    where not exists (
        select 1
        from rejections
        where rejections.entity_id = order_dtl.order_dtl_id
    )

)

select * from accepted
