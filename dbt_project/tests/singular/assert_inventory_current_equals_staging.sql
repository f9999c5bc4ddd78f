-- Recorded stock equals the quantity of current inventory records in scope that are not hidden, including those
-- without a facility or an item. Returns facilities and items whose quantities differ.
with current_stock as (

    select
        coalesce(facility_id, -1) as facility_id,
        coalesce(item_id, -1) as item_id,
        sum(recorded_qty) as on_hand_qty
    from {{ ref('inventory_current') }}
    group by coalesce(facility_id, -1), coalesce(item_id, -1)

),

staged as (

    select
        coalesce(inventory.facility_id, -1) as facility_id,
        coalesce(inventory.item_id, -1) as item_id,
        sum(inventory.curr_qty) as on_hand_qty
    from {{ ref('stg_wms__inventory') }} inventory
    where
        inventory.is_deleted = 0
        and inventory.is_in_scope = 1
        and inventory.inventory_id not in (
            select rejected.entity_id
            from {{ ref('rejected_records') }} rejected
            where rejected.entity = 'inventory' and rejected.handling = 'hidden'
        )
    group by coalesce(inventory.facility_id, -1), coalesce(inventory.item_id, -1)

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
