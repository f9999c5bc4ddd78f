-- Movements add up to the difference between consecutive days. Returns days of an item on which they do not. Leaves
-- out items with a record that a rule hides or hid earlier, because all its movements appear or disappear at once.
with daily as (

    select * from {{ ref('inventory_daily') }}

),

moved as (

    select
        facility_id,
        item_id,
        business_date,
        sum(delta_qty) as delta_qty
    from {{ ref('inventory_movements') }}
    group by facility_id, item_id, business_date

),

refused as (

    select distinct
        versions.facility_id,
        versions.item_id
    from {{ ref('stg_wms__inventory_versions') }} versions
    inner join {{ ref('rejection_history') }} history
        on
            versions.inventory_id = history.entity_id
            and history.entity = 'inventory'

),

compared as (

    select
        daily.facility_id,
        daily.item_id,
        daily.business_date,
        daily.on_hand_qty,
        coalesce(previous.on_hand_qty, 0) as previous_qty,
        coalesce(moved.delta_qty, 0) as delta_qty,
        daily.opening_qty + daily.in_qty - daily.out_qty + daily.picked_qty - daily.shipped_qty
        + daily.scope_qty as flow_qty
    from daily
    left join daily previous
        on
            daily.facility_id = previous.facility_id
            and daily.item_id = previous.item_id
            and previous.business_date = {{ to_day(add_days('daily.business_date', -1)) }}
    left join moved
        on
            daily.facility_id = moved.facility_id
            and daily.item_id = moved.item_id
            and daily.business_date = moved.business_date

)

select compared.*
from compared
left join refused
    on
        compared.facility_id = refused.facility_id
        and compared.item_id = refused.item_id
where
    refused.item_id is null
    and (compared.on_hand_qty <> compared.previous_qty + compared.delta_qty or compared.flow_qty <> compared.delta_qty)
