with ib_shipment_dtl as (

    select * from {{ ref('stg_wms__ib_shipment_dtl') }}

),

rejections as (

    select * from {{ ref('int_ib_shipment_dtl__rules_broken') }}
    where severity = 'error'

),

accepted as (

    select *
    from ib_shipment_dtl
    where not exists (
        select 1
        from rejections
        where rejections.entity_id = ib_shipment_dtl.ib_shipment_dtl_id
    )

)

select * from accepted
