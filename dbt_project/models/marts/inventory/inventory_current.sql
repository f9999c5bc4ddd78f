with weighed as (

    select * from {{ ref('int_inventory__weighed') }}

),

item as (

    select * from {{ ref('int_item__described') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

location as (

    select * from {{ ref('stg_wms__location') }}

),

final as (

    select
        weighed.inventory_id,
        weighed.facility_id,
        weighed.facility_code,
        item.company_id,
        company.company_code,
        weighed.item_id,
        item.item_code,
        weighed.location_id,
        location.locn_str as location_code,
        weighed.container_id,
        weighed.container_nbr,
        weighed.is_outbound,
        weighed.lpn_status_description,
        weighed.lpn_status_meaning,
        weighed.is_stored,
        weighed.is_locked,
        weighed.lock_code,
        weighed.status_id,
        weighed.status_description,
        weighed.status_meaning,
        weighed.uom,
        cast(weighed.recorded_qty as decimal(19, 6)) as recorded_qty,
        cast(weighed.on_hand_qty as decimal(19, 6)) as on_hand_qty,
        cast(weighed.allocated_qty as decimal(19, 6)) as allocated_qty,
        cast(
            case
                when weighed.is_outbound = 1 or weighed.is_locked = 1 then 0
                when weighed.on_hand_qty < weighed.allocated_qty then 0
                else weighed.on_hand_qty - weighed.allocated_qty
            end as decimal(19, 6)
        ) as available_qty,
        case when weighed.allocated_qty > weighed.recorded_qty then 1 else 0 end as is_over_allocated,
        cast(round(weighed.on_hand_qty * item.unit_cost, 6) as decimal(19, 6)) as on_hand_value,
        item.currency_code,
        weighed.batch_number_id,
        weighed.priority_date,
        weighed.expiry_date,
        cast({{ seconds_between('weighed.as_of_date', 'weighed.expiry_date') }} / 86400 as integer) as days_to_expiry,
        weighed.received_date,
        cast({{ seconds_between('weighed.received_date', 'weighed.as_of_date') }} / 86400 as integer) as age_days,
        weighed.as_of_date,
        weighed.violation_count,
        weighed.has_error,
        weighed.created_at,
        weighed.modified_at,
        {{- custom_fields('container', 'weighed.container_id') }}
        weighed.loaded_at
    from weighed
    left join item on weighed.item_id = item.item_id
    left join company on item.company_id = company.company_id
    left join location on weighed.location_id = location.location_id

)

select * from final
