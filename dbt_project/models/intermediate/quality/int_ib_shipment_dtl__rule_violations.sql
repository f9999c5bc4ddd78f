with staged as (

    select * from {{ ref('stg_wms__ib_shipment_dtl') }}

),

ib_shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

ib_shipment_dtl as (

    -- a line number of 0 means that the host system sent none
    select
        staged.*,
        nullif(staged.host_seq_nbr, 0) as line_nbr
    from staged

),

candidates as (

    select
        ib_shipment_dtl.ib_shipment_dtl_id as entity_id,
        ib_shipment.facility_id,
        ib_shipment.shipment_nbr,
        ib_shipment_dtl.ib_shipment_id,
        ib_shipment_dtl.item_id,
        ib_shipment_dtl.line_nbr,
        ib_shipment_dtl.container_nbr,
        item.item_code,
        least(coalesce(ib_shipment_dtl.shipped_qty, 0), coalesce(ib_shipment_dtl.received_qty, 0)) as quantity,
        ib_shipment_dtl.is_valid_document,
        ib_shipment_dtl.is_deleted,
        ib_shipment_dtl.is_in_scope,
        ib_shipment_dtl.loaded_at,
        {{ number_text('ib_shipment_dtl.line_nbr') }} as natural_key,
        ib_shipment.ib_shipment_id as known_shipment_id,
        item.item_id as known_item_id,
        {{ first_id_of_key(
            'ib_shipment_dtl', 'ib_shipment_dtl_id', ['ib_shipment_id', 'line_nbr']
        ) }} as first_id_of_key
    from ib_shipment_dtl
    left join ib_shipment on ib_shipment_dtl.ib_shipment_id = ib_shipment.ib_shipment_id
    left join item on ib_shipment_dtl.item_id = item.item_id

),

{{ rule_violations('ib_shipment_dtl', labels={
    'parent_id': 'ib_shipment_id',
    'order_number': 'shipment_nbr',
    'line_number': 'line_nbr',
    'lpn_number': 'container_nbr',
    'item_code': 'item_code',
}) }}
