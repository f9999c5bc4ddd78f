-- The last day of inventory_daily equals the current stock. Returns facilities and items that differ.
with last_day as (

    select
        daily.facility_id,
        daily.item_id,
        daily.on_hand_qty,
        daily.allocated_qty
    from {{ ref('inventory_daily') }} daily
    cross join {{ ref('int_inventory__last_reading') }} last_reading
    left join {{ ref('int_inventory__read_until') }} read_until on daily.facility_id = read_until.facility_id
    where daily.business_date = coalesce(read_until.read_until_date, last_reading.read_until_date)

),

current_stock as (

    select
        facility_id,
        item_id,
        sum(on_hand_qty) as on_hand_qty,
        sum(allocated_qty) as allocated_qty
    from {{ ref('inventory_current') }}
    where
        facility_id is not null
        and item_id is not null
    group by facility_id, item_id

)

select
    coalesce(last_day.facility_id, current_stock.facility_id) as facility_id,
    coalesce(last_day.item_id, current_stock.item_id) as item_id,
    last_day.on_hand_qty as daily_qty,
    current_stock.on_hand_qty as current_qty,
    last_day.allocated_qty as daily_allocated_qty,
    current_stock.allocated_qty as current_allocated_qty
from last_day
full outer join current_stock
    on
        last_day.facility_id = current_stock.facility_id
        and last_day.item_id = current_stock.item_id
where
    coalesce(last_day.on_hand_qty, 0) <> coalesce(current_stock.on_hand_qty, 0)
    or coalesce(last_day.allocated_qty, 0) <> coalesce(current_stock.allocated_qty, 0)
