{#- Lines of inbound shipments whose receipt can differ from that of the last build. -#}
with lines as (

    select * from {{ ref('stg_wms__ib_shipment_dtl') }}

),

new_lines as (

    select * from {{ ref('stg_wms__ib_shipment_dtl') }}
    where {{ is_new('ib_shipment_dtl') }}

),

affected_lpns as (

    select * from {{ ref('int_received_lpn__affected') }}

),

lpns as (

    select * from {{ ref('stg_wms__container') }}
    where container_id in (select affected_lpns.container_id from affected_lpns)

),

shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}
    where {{ is_new('ib_shipment') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}
    where {{ is_new('item') }}

),

-- whether a rule hides depends on how many records break it
refusable as (

    select * from {{ ref('int_ib_shipment_dtl__rule_violations') }}
    where severity = 'hide'

),

-- the number of a line must be unique in its shipment
shipments as (

    select ib_shipment_id from new_lines

    union all

    select ib_shipment_id from shipment

    union all

    select rcvd_shipment_id from lpns
    {{ former_shipments_of_lines() }}

),

found as (

    select ib_shipment_dtl_id
    from lines
    where
        {{ is_new('ib_shipment_dtl') }}
        or ib_shipment_id in (select shipments.ib_shipment_id from shipments)
        or container_id in (select lpns.container_id from lpns)
        or container_nbr in (select lpns.container_nbr from lpns)
        or item_id in (select item.item_id from item)
        or ib_shipment_dtl_id in (select refusable.entity_id from refusable)
    {{ former_receipts() }}

),

final as (

    select distinct ib_shipment_dtl_id
    from found
    where
        ib_shipment_dtl_id is not null
        {{- and_partial() }}

)

select * from final
