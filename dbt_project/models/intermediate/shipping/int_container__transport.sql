with stop_dtl as (

    select * from {{ ref('stg_wms__ob_stop_dtl') }}
    where is_deleted = 0

),

stop as (

    select * from {{ ref('stg_wms__ob_stop') }}

),

-- an LPN that was moved to another load is on the latest
stopped as (

    select
        container_id,
        max(ob_stop_id) as ob_stop_id
    from stop_dtl
    group by container_id

),

parcel as (

    select * from {{ ref('stg_wms__carrier_lpn') }}
    where is_deleted = 0

),

labelled as (

    select
        container_id,
        max(carrier_lpn_id) as carrier_lpn_id
    from parcel
    where container_id is not null
    group by container_id

),

final as (

    select
        coalesce(stopped.container_id, labelled.container_id) as container_id,
        stop.wms_load_id as load_id,
        stop.ob_stop_id as stop_id,
        stop.seq_nbr as stop_seq_nbr,
        parcel.ship_via_id,
        parcel.tracking_nbr,
        parcel.rate,
        parcel.est_delivery_at
    from stopped
    full outer join labelled on stopped.container_id = labelled.container_id
    left join stop on stopped.ob_stop_id = stop.ob_stop_id
    left join parcel on labelled.carrier_lpn_id = parcel.carrier_lpn_id

)

select * from final
