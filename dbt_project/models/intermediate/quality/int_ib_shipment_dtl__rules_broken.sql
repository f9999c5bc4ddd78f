with ib_shipment_dtl as (

    select * from {{ ref('stg_wms__ib_shipment_dtl') }}

),

ib_shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

any_item as (

    select max(item_id) as any_item_id
    from item

),

rejected_shipments as (

    select distinct entity_id as ib_shipment_id
    from {{ ref('int_ib_shipment__rules_broken') }}
    where severity = 'error'

),

candidates as (

    select
        ib_shipment_dtl.ib_shipment_dtl_id as entity_id,
        ib_shipment.facility_id,
        ib_shipment_dtl.ib_shipment_id,
        ib_shipment_dtl.item_id,
        least(coalesce(ib_shipment_dtl.shipped_qty, 0), coalesce(ib_shipment_dtl.received_qty, 0)) as quantity,
        ib_shipment_dtl.is_valid_document,
        ib_shipment_dtl.is_deleted,
        ib_shipment_dtl.loaded_at,
        {{ number_text('ib_shipment_dtl.seq_nbr') }} as natural_key,
        ib_shipment.ib_shipment_id as known_shipment_id,
        rejected_shipments.ib_shipment_id as rejected_shipment_id,
        item.item_id as known_item_id,
        any_item.any_item_id,
        {{ first_id_of_key('ib_shipment_dtl', 'ib_shipment_dtl_id', ['ib_shipment_id', 'seq_nbr']) }} as first_id_of_key
    from ib_shipment_dtl
    left join ib_shipment on ib_shipment_dtl.ib_shipment_id = ib_shipment.ib_shipment_id
    left join rejected_shipments on ib_shipment_dtl.ib_shipment_id = rejected_shipments.ib_shipment_id
    left join item on ib_shipment_dtl.item_id = item.item_id
    cross join any_item

),

{{ broken_rules('ib_shipment_dtl') }}
