with ib_shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

rejections as (

    select * from {{ ref('int_ib_shipment__rules_broken') }}
    where severity = 'error'

),

accepted as (

    select *
    from ib_shipment
    where not exists (
        select 1
        from rejections
        where rejections.entity_id = ib_shipment.ib_shipment_id
    )

)

select * from accepted
