{#- Allocations whose reservation of stock can differ from that of the last build. -#}
with allocation as (

    select * from {{ ref('stg_wms__allocation') }}

),

changed as (

    select * from {{ ref('int_allocation__affected') }}

),

moved as (

    select * from {{ ref('int_inventory__affected') }}

),

found as (

    select allocation_id from changed

    union

    -- its stock has the facility and the item
    select allocation_id
    from allocation
    where from_inventory_id in (select moved.inventory_id from moved)

),

final as (

    select allocation_id
    from found
    where
        allocation_id is not null
        {{- and_partial() }}

)

select * from final
