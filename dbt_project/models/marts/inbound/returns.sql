with receipt as (

    select * from {{ ref('receipts') }}

),

lines as (

    select * from {{ ref('stg_wms__ib_shipment_dtl') }}

),

shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

purchase_line as (

    select * from {{ ref('stg_wms__purchase_order_dtl') }}

),

purchase as (

    select * from {{ ref('stg_wms__purchase_order_hdr') }}

),

orders as (

    -- the number of an order is unique within facility and company; a return can arrive at another one
    select
        company_id,
        order_nbr,
        min(order_id) as order_id,
        max(shipped_date) as shipped_date
    from {{ ref('orders') }}
    where order_nbr is not null
    group by company_id, order_nbr

),

origin as (

    select * from {{ ref('stg_wms__facility') }}

),

final as (

    -- goods come back if the shipment names the facility they return from, or the line names an order or a return
    select
        receipt.ib_shipment_dtl_id,
        receipt.ib_shipment_id,
        receipt.shipment_nbr,
        receipt.facility_id,
        receipt.facility_code,
        receipt.company_id,
        receipt.item_id,
        receipt.item_code,
        shipment.shipment_type_label as shipment_type,
        shipment.return_from_facility_id,
        origin.facility_code as return_from_facility_code,
        purchase.rma_nbr,
        lines.ref_order_nbr as order_nbr,
        orders.order_id,
        orders.shipped_date as order_shipped_date,
        receipt.expected_qty,
        receipt.received_qty,
        receipt.is_received,
        receipt.received_date,
        receipt.stored_date,
        receipt.dock_to_stock_seconds,
        lines.lpn_lock_code,
        receipt.created_at,
        receipt.modified_at,
        receipt.is_in_scope,
        receipt.is_deleted,
        receipt.deleted_at,
        receipt.loaded_at
    from receipt
    inner join lines on receipt.ib_shipment_dtl_id = lines.ib_shipment_dtl_id
    inner join shipment on receipt.ib_shipment_id = shipment.ib_shipment_id
    left join purchase_line on lines.po_dtl_id = purchase_line.purchase_order_dtl_id
    left join purchase on purchase_line.purchase_order_id = purchase.purchase_order_hdr_id
    left join orders
        on
            lines.ref_order_nbr = orders.order_nbr
            and receipt.company_id = orders.company_id
    left join origin on shipment.return_from_facility_id = origin.facility_id
    where
        shipment.return_from_facility_id is not null
        or lines.ref_order_nbr is not null
        or purchase.rma_nbr is not null

)

select * from final
