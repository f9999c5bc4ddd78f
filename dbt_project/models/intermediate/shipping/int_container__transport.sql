{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='container_id',
    meta={'affected': {'keys': 'int_shipment__affected', 'column': 'container_id'}}
) }}

{#- int_shipment__affected reads this table as the last build left it: the LPN that a stop detail or parcel had. -#}
with stop_dtl as (

    select * from {{ ref('stg_wms__ob_stop_dtl') }}
    {{ only_affected('container_id', 'int_shipment__affected') }}

),

stop as (

    select * from {{ ref('stg_wms__ob_stop') }}

),

-- an LPN that was moved to another load is on the latest
ranked as (

    select
        container_id,
        ob_stop_id,
        ob_stop_dtl_id,
        row_number() over (
            partition by container_id order by coalesce(ob_stop_id, -1) desc, ob_stop_dtl_id desc
        ) as place
    from stop_dtl
    where
        is_deleted = 0
        and container_id is not null

),

stopped as (

    select * from ranked
    where place = 1

),

parcel as (

    select * from {{ ref('stg_wms__carrier_lpn') }}
    {{ only_affected('container_id', 'int_shipment__affected') }}

),

labelled as (

    select
        container_id,
        max(carrier_lpn_id) as carrier_lpn_id
    from parcel
    where
        is_deleted = 0
        and container_id is not null
    group by container_id

),

final as (

    select
        coalesce(stopped.container_id, labelled.container_id) as container_id,
        stopped.ob_stop_dtl_id,
        stop.wms_load_id as load_id,
        stop.ob_stop_id as stop_id,
        stop.seq_nbr as stop_seq_nbr,
        parcel.carrier_lpn_id,
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
