{#- Activities of the WMS: 4 corrects a receipt, 17 corrects stock, 40 is an LPN that was lost. -#}
with adjustments as (

    select * from {{ ref('inventory_transactions') }}
    where activity_kind = 'adjustment'

),

item as (

    select * from {{ ref('int_item__described') }}

),

valued as (

    select
        adjustments.*,
        item.item_description,
        item.unit_cost,
        item.currency_code,
        cast(round(adjustments.adjusted_qty * item.unit_cost, 6) as decimal(19, 6)) as adjusted_value
    from adjustments
    left join item on adjustments.item_id = item.item_id

),

final as (

    select
        inventory_transaction_id,
        facility_id,
        facility_code,
        company_id,
        company_code,
        business_date,
        created_at,
        activity_id,
        activity_name,
        item_id,
        item_code,
        item_description,
        container_nbr,
        from_location_code as location_code,
        reason_code,
        reason_description,
        uom_code,
        previous_qty,
        adjusted_qty,
        cast(case when adjusted_qty < 0 then -adjusted_qty else 0 end as decimal(19, 6)) as lost_qty,
        cast(case when adjusted_qty > 0 then adjusted_qty else 0 end as decimal(19, 6)) as found_qty,
        unit_cost,
        adjusted_value,
        currency_code,
        case when activity_id = 40 then 1 else 0 end as is_lpn_lost,
        case when activity_id = 4 then 0 else 1 end as is_shrinkage,
        shipment_nbr,
        user_pseudonym,
        is_in_scope,
        is_deleted,
        loaded_at
    from valued

)

select * from final
