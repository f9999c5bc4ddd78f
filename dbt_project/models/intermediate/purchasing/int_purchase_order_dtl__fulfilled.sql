with lines as (

    select * from {{ ref('stg_wms__purchase_order_dtl') }}
    where is_valid_document = 1

),

purchases as (

    select * from {{ ref('int_purchase_order_hdr__localised') }}

),

receipts as (

    select * from {{ ref('int_purchase_order_dtl__receipts') }}

),

joined as (

    select
        lines.purchase_order_dtl_id,
        lines.purchase_order_id,
        lines.host_seq_nbr as line_nbr,
        lines.item_id,
        lines.uom_id,
        lines.vendor_item_code,
        lines.unit_cost,
        coalesce(lines.ord_qty, 0) as ordered_qty,
        {{ wanted_qty('lines.ord_qty', 'lines.orig_ord_qty') }} as wanted_qty,
        coalesce(lines.shpd_qty, 0) as shipped_qty,
        coalesce(lines.rcvd_qty, 0) as received_qty,
        coalesce(receipts.shipment_count, 0) as shipment_count,
        receipts.first_received_at,
        receipts.last_received_at,
        receipts.last_received_date,
        purchases.due_date,
        purchases.read_until_date,
        coalesce(purchases.is_cancelled, 0) as is_cancelled,
        case
            when
                purchases.is_closed = 1
                or lines.is_stop_recv = 1
                or lines.rcvd_qty >= {{ wanted_qty('lines.ord_qty', 'lines.orig_ord_qty') }}
                then 1
            else 0
        end as is_closed,
        case when lines.is_deleted = 1 or purchases.is_deleted = 1 then 1 else 0 end as is_deleted,
        lines.is_in_scope,
        lines.created_at,
        lines.modified_at,
        lines.loaded_at
    from lines
    left join purchases on lines.purchase_order_id = purchases.purchase_order_id
    left join receipts on lines.purchase_order_dtl_id = receipts.purchase_order_dtl_id

),

judged as (

    select
        joined.*,
        case
            when joined.is_cancelled = 0 and joined.is_closed = 1
                then case when joined.received_qty >= joined.wanted_qty then 1 else 0 end
        end as is_in_full,
        -- unknown without a due date, and when the receipt has no date because inbound shipments are not read
        case
            when joined.is_cancelled = 1 or joined.due_date is null then null
            when joined.is_closed = 1 and joined.received_qty > 0 and joined.last_received_date is null then null
            when joined.is_closed = 1 and joined.last_received_date <= joined.due_date then 1
            when joined.is_closed = 1 or joined.read_until_date > joined.due_date then 0
        end as is_on_time
    from joined

)

select * from judged
