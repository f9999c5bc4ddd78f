with lines as (

    select * from {{ ref('int_purchase_order_dtl__fulfilled') }}

),

purchases as (

    select * from {{ ref('int_purchase_order_hdr__localised') }}

),

item as (

    select * from {{ ref('int_item__described') }}

),

uom as (

    select * from {{ ref('stg_wms__uom') }}

),

final as (

    select
        lines.purchase_order_dtl_id,
        lines.purchase_order_id,
        purchases.po_nbr,
        lines.line_nbr,
        purchases.po_type,
        purchases.facility_id,
        purchases.facility_code,
        purchases.company_id,
        purchases.company_code,
        purchases.vendor_id,
        purchases.vendor_code,
        purchases.vendor_name,
        lines.item_id,
        item.item_code,
        item.item_description,
        lines.vendor_item_code,
        purchases.status_id,
        purchases.status_description,
        purchases.status_meaning,
        purchases.business_date,
        purchases.ordered_date,
        purchases.ship_date,
        lines.due_date,
        purchases.cancel_date,
        lines.last_received_date as received_date,
        lines.first_received_at,
        lines.last_received_at,
        lines.shipment_count,
        uom.uom_code,
        cast(lines.ordered_qty as decimal(19, 6)) as ordered_qty,
        cast(lines.wanted_qty as decimal(19, 6)) as wanted_qty,
        cast(lines.shipped_qty as decimal(19, 6)) as shipped_qty,
        cast(lines.received_qty as decimal(19, 6)) as received_qty,
        cast(
            case when lines.is_closed = 1 then 0 else lines.wanted_qty - lines.received_qty end as decimal(19, 6)
        ) as open_qty,
        cast(
            case when lines.is_closed = 1 then lines.received_qty - lines.wanted_qty end as decimal(19, 6)
        ) as variance_qty,
        {{ ratio('lines.received_qty', 'lines.wanted_qty') }} as fill_ratio,
        lines.unit_cost,
        cast(round(lines.wanted_qty * lines.unit_cost, 6) as decimal(19, 6)) as ordered_value,
        cast(round(lines.received_qty * lines.unit_cost, 6) as decimal(19, 6)) as received_value,
        item.currency_code,
        lines.is_closed,
        lines.is_cancelled,
        lines.is_in_full,
        lines.is_on_time,
        cast({{ seconds_between('lines.due_date', 'lines.last_received_date') }} / 86400 as integer) as days_late,
        purchases.dept_code,
        purchases.rma_nbr,
        lines.created_at,
        lines.modified_at,
        lines.is_in_scope,
        lines.is_deleted,
        lines.loaded_at
    from lines
    left join purchases on lines.purchase_order_id = purchases.purchase_order_id
    left join item on lines.item_id = item.item_id
    left join uom on lines.uom_id = uom.uom_id

)

select * from final
