{#- What inbound shipments brought of a purchase order line. -#}
with lines as (

    select * from {{ ref('stg_wms__ib_shipment_dtl') }}
    where po_dtl_id is not null

),

receipts as (

    select * from {{ ref('int_ib_shipment_dtl__received') }}

),

dated as (

    select
        lines.po_dtl_id as purchase_order_dtl_id,
        receipts.ib_shipment_id,
        receipts.received_at,
        {{ to_day(to_facility_time('receipts.received_at', 'receipts.time_zone')) }} as received_date
    from lines
    inner join receipts on lines.ib_shipment_dtl_id = receipts.ib_shipment_dtl_id
    where receipts.received_qty > 0

),

summed as (

    select
        purchase_order_dtl_id,
        cast(count(distinct ib_shipment_id) as integer) as shipment_count,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at,
        max(received_date) as last_received_date
    from dated
    group by purchase_order_dtl_id

)

select * from summed
