{#- Allocations whose rows can differ from those of the last build. -#}
with allocation as (

    select * from {{ ref('stg_wms__allocation') }}

),

lines as (

    select * from {{ ref('int_order_dtl__affected') }}

),

inventory as (

    select * from {{ ref('stg_wms__inventory') }}
    where {{ is_new('inventory') }}

),

item as ( -- noqa: ST03

    select * from {{ ref('stg_wms__item') }}
    where {{ is_new('item') }}

),

found as (

    select allocation_id
    from allocation
    where
        {{ is_new('allocation') }}
        or order_dtl_id in (select lines.order_dtl_id from lines)
        -- the stock of a replenishment has its item and facility
        or (is_picking = 0 and from_inventory_id in (select inventory.inventory_id from inventory))

    {%- if built_up_to() %}

    union all

    select allocation_id
    from {{ as_built('allocation_performance') }}
    where item_id in (select item.item_id from item)

    union all

    select entity_id
    from {{ as_built('int_allocation__rule_violations') }}
    where severity = 'hide'
    {%- endif %}

),

with_neighbours as (

    -- all allocations of a line decide whether it has too many
    select allocation_id from found

    union all

    select neighbour.allocation_id
    from allocation neighbour
    where
        neighbour.order_dtl_id in (
            select allocation.order_dtl_id
            from allocation
            where allocation.allocation_id in (select found.allocation_id from found)
        )

),

final as (

    select distinct allocation_id
    from with_neighbours
    where
        allocation_id is not null
        {{- and_partial() }}

)

select * from final
