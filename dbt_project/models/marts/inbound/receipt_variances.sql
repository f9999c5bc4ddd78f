with receipts as (

    select * from {{ ref('receipts') }}
    where
        is_closed = 1
        and received_qty <> expected_qty

),

item as (

    select * from {{ ref('int_item__described') }}

),

final as (

    select
        receipts.ib_shipment_dtl_id,
        receipts.ib_shipment_id,
        receipts.shipment_nbr,
        receipts.line_nbr,
        receipts.facility_id,
        receipts.facility_code,
        receipts.company_id,
        receipts.company_code,
        receipts.item_id,
        receipts.item_code,
        receipts.container_nbr,
        cast(
            case
                when receipts.received_qty = 0 then 'missing'
                when receipts.received_qty < receipts.expected_qty then 'short'
                else 'over'
            end as varchar(10)
        ) as variance_type,
        receipts.expected_qty,
        receipts.received_qty,
        cast(receipts.received_qty - receipts.expected_qty as decimal(19, 6)) as variance_qty,
        item.unit_cost,
        cast(
            round((receipts.received_qty - receipts.expected_qty) * item.unit_cost, 6) as decimal(19, 6)
        ) as variance_value,
        item.currency_code,
        receipts.business_date,
        receipts.received_date,
        receipts.received_at,
        receipts.verified_at,
        receipts.is_deleted,
        receipts.violation_count,
        receipts.has_error,
        receipts.is_in_scope,
        receipts.loaded_at
    from receipts
    left join item on receipts.item_id = item.item_id

)

select * from final
