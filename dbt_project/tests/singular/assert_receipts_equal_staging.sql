-- Receipts have all lines of inbound shipments that are not hidden, with their quantities. Returns a row if totals
-- differ.
with receipts as (

    select
        count(*) as line_count,
        coalesce(sum(expected_qty), 0) as expected_qty,
        coalesce(sum(received_qty), 0) as received_qty
    from {{ ref('receipts') }}

),

staged as (

    select
        count(*) as line_count,
        coalesce(sum(details.shipped_qty), 0) as expected_qty,
        coalesce(sum(details.received_qty), 0) as received_qty
    from {{ ref('stg_wms__ib_shipment_dtl') }} details
    where details.ib_shipment_dtl_id not in (
        select rejected.entity_id
        from {{ ref('rejected_records') }} rejected
        where rejected.entity = 'ib_shipment_dtl' and rejected.handling = 'hidden'
    )

)

select
    receipts.line_count,
    staged.line_count as staged_count,
    receipts.expected_qty,
    staged.expected_qty as staged_expected_qty,
    receipts.received_qty,
    staged.received_qty as staged_received_qty
from receipts
cross join staged
where
    receipts.line_count <> staged.line_count
    or receipts.expected_qty <> staged.expected_qty
    or receipts.received_qty <> staged.received_qty
