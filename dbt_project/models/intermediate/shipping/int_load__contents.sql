with stop as (

    select * from {{ ref('stg_wms__ob_stop') }}
    where is_deleted = 0

),

stop_dtl as (

    select * from {{ ref('stg_wms__ob_stop_dtl') }}
    where is_deleted = 0

),

shipment as (

    select * from {{ ref('int_ib_shipment__assessed') }}
    where is_deleted = 0

),

lpn as (

    select * from {{ ref('stg_wms__container') }}
    where
        container_type = 'I'
        and rcvd_shipment_id is not null

),

outbound as (

    select
        stop.wms_load_id as load_id,
        count(distinct stop.ob_stop_id) as stop_count,
        count(distinct stop_dtl.container_id) as lpn_count
    from stop
    left join stop_dtl on stop.ob_stop_id = stop_dtl.ob_stop_id
    group by stop.wms_load_id

),

inbound as (

    select
        shipment.ib_load_id as load_id,
        count(distinct shipment.ib_shipment_id) as shipment_count,
        count(distinct lpn.container_id) as lpn_count
    from shipment
    left join lpn on shipment.ib_shipment_id = lpn.rcvd_shipment_id
    where shipment.ib_load_id is not null
    group by shipment.ib_load_id

),

final as (

    select
        coalesce(outbound.load_id, inbound.load_id) as load_id,
        coalesce(outbound.stop_count, 0) as stop_count,
        coalesce(inbound.shipment_count, 0) as shipment_count,
        coalesce(outbound.lpn_count, 0) + coalesce(inbound.lpn_count, 0) as lpn_count
    from outbound
    full outer join inbound on outbound.load_id = inbound.load_id

)

select * from final
