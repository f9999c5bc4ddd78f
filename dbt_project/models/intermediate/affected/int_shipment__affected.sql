{#- Outbound LPNs whose shipment, or load and parcel label, can differ from that of the last build. -#}
with container as (

    select * from {{ ref('stg_wms__container') }}

),

changed as (

    select * from {{ ref('int_container__affected') }}

),

changed_allocations as (

    select * from {{ ref('int_allocation__affected') }}

),

allocation as (

    select * from {{ ref('stg_wms__allocation') }}
    where allocation_id in (select changed_allocations.allocation_id from changed_allocations)

),

pallet as (

    select * from {{ ref('stg_wms__pallet') }}
    where {{ is_new('pallet') }}

),

stop_dtl as (

    select * from {{ ref('stg_wms__ob_stop_dtl') }}

),

stop as (

    select * from {{ ref('stg_wms__ob_stop') }}
    where {{ is_new('ob_stop') }}

),

parcel as (

    select * from {{ ref('stg_wms__carrier_lpn') }}
    where {{ is_new('carrier_lpn') }}

),

found as (

    select container_id from changed

    union all

    select container_id
    from container
    where
        container_nbr in (select allocation.final_oblpn_nbr from allocation)
        or pallet_id in (select pallet.pallet_id from pallet)

    union all

    select container_id
    from stop_dtl
    where
        {{ is_new('ob_stop_dtl') }}
        or ob_stop_id in (select stop.ob_stop_id from stop)

    union all

    select container_id from parcel
    {{ former_transport() }}
    {{ former_shipments() }}

),

final as (

    select distinct container_id
    from found
    where
        container_id is not null
        {{- and_partial() }}

)

select * from final
