with order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

rejections as (

    select * from {{ ref('int_order_hdr__rules_broken') }}
    where severity = 'error'

),

accepted as (

    select *
    from order_hdr
    where not exists (
        select 1
        from rejections
        where rejections.entity_id = order_hdr.order_hdr_id
    )

)

select * from accepted
