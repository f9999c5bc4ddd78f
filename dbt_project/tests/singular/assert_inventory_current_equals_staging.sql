-- Stock on hand is what the accepted inventory records of known facilities and items say.
-- A row is a facility and item whose quantities differ.
with current_stock as (

    select
        facility_id,
        item_id,
        sum(on_hand_qty) as on_hand_qty
    from {{ ref('inventory_current') }}
    group by facility_id, item_id

),

staged as (

    select
        inventory.facility_id,
        inventory.item_id,
        sum(inventory.curr_qty) as on_hand_qty
    from {{ ref('stg_wms__inventory') }} inventory
    inner join {{ ref('dim_facility') }} facility on inventory.facility_id = facility.facility_id
    where
        inventory.is_deleted = 0
        and inventory.item_id is not null
        and inventory.inventory_id not in (
            select rejected.entity_id
            from {{ ref('rejected_records') }} rejected
            where rejected.entity = 'inventory' and rejected.handling = 'hidden'
        )
    group by inventory.facility_id, inventory.item_id

)

select
    staged.facility_id,
    staged.item_id,
    staged.on_hand_qty as staged_qty,
    current_stock.on_hand_qty as current_qty
from staged
full outer join current_stock
    on
        staged.facility_id = current_stock.facility_id
        and staged.item_id = current_stock.item_id
where coalesce(staged.on_hand_qty, 0) <> coalesce(current_stock.on_hand_qty, 0)
