with lpn as (

    select * from {{ ref('stg_wms__container') }}

),

arrivals as (

    -- arrival of the goods: the first receipt, because the WMS shows no arrival of the truck here
    select
        rcvd_shipment_id as ib_shipment_id,
        min(rcvd_at) as arrived_at
    from lpn
    where
        container_type = 'I'
        and rcvd_shipment_id is not null
        and rcvd_at is not null
    group by rcvd_shipment_id

)

select * from arrivals
