{#- Inventory records whose row of current stock can differ from that of the last build. -#}
with inventory as (

    select * from {{ ref('stg_wms__inventory') }}

),

moved as (

    select * from {{ ref('int_inventory__affected') }}

),

allocation as (

    select * from {{ ref('stg_wms__allocation') }}
    where allocation_id in (select changed.allocation_id from {{ ref('int_allocation__affected') }} changed)

),

locked_lpn as (

    select * from {{ ref('stg_wms__container_lock_xref') }}
    where {{ is_new('container_lock_xref') }}

),

batch as (

    select * from {{ ref('stg_wms__batch_number') }}
    where {{ is_new('batch_number') }}

),

metrics as (

    select * from {{ ref('stg_wms__item_metrics') }}
    where {{ is_new('item_metrics') }}

),

characteristics as (

    select * from {{ ref('stg_wms__item_characteristics') }}
    where {{ is_new('item_characteristics') }}

),

found as (

    select inventory_id from moved

    union all

    select from_inventory_id
    from allocation

    union all

    select inventory_id
    from inventory
    where
        container_id in (select locked_lpn.container_id from locked_lpn)
        or batch_number_id in (select batch.batch_number_id from batch)
        or item_id in (select metrics.item_id from metrics)
        or item_id in (select characteristics.item_id from characteristics)
    {{ former_stock() }}

),

final as (

    select distinct inventory_id
    from found
    where
        inventory_id is not null
        {{- and_partial() }}

)

select * from final
