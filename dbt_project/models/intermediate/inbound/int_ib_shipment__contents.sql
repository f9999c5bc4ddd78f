with lpn as (

    select * from {{ ref('stg_wms__container') }}

),

inventory as (

    select * from {{ ref('stg_wms__inventory') }}

),

contents as (

    select distinct
        lpn.rcvd_shipment_id as ib_shipment_id,
        inventory.item_id,
        lpn.container_id
    from lpn
    inner join inventory on lpn.container_id = inventory.container_id
    where
        lpn.container_type = 'I'
        and lpn.rcvd_shipment_id is not null

)

select * from contents
