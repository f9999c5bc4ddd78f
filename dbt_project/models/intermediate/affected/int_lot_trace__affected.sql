{#- Steps of batches whose row can differ from that of the last build, by the key of lot_trace. -#}
with inventory as (

    select * from {{ ref('stg_wms__inventory') }}

),

changed_stock as (

    select * from {{ ref('int_inventory_current__affected') }}

),

changed_allocations as (

    select * from {{ ref('int_allocation__affected') }}

),

received as (

    select * from {{ ref('int_received_lpn__affected') }}

),

attribute as (

    select * from {{ ref('stg_wms__inventory_attribute') }}
    where {{ is_new('inventory_attribute') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}
    where {{ is_new('item') }}

),

batch as (

    select batch_number_id from {{ ref('stg_wms__batch_number') }}
    where {{ is_new('batch_number') }} or item_id in (select item.item_id from item)

),

shipped as (

    select * from {{ ref('int_shipment__affected') }}

),

numbers as (

    select container_nbr from {{ ref('stg_wms__container') }}
    where container_id in (select shipped.container_id from shipped)
    {{ former_numbers_of_lpns() }}

),

stock as (

    select inventory_id
    from inventory
    where {{ is_new('inventory') }} or batch_number_id in (select batch.batch_number_id from batch)

),

found as (

    select {{ hash_key(["'stock'", number_text('inventory_id')]) }} as lot_trace_id
    from inventory
    where
        inventory_id in (select changed_stock.inventory_id from changed_stock)
        or container_id in (select received.container_id from received)
        or invn_attr_id in (select attribute.inventory_attribute_id from attribute)
        or batch_number_id in (select batch.batch_number_id from batch)

    union all

    select {{ hash_key(["'order'", number_text('allocation_id')]) }} as lot_trace_id
    from {{ ref('stg_wms__allocation') }}
    where
        allocation_id in (select changed_allocations.allocation_id from changed_allocations)
        or from_inventory_id in (select stock.inventory_id from stock)
        or final_oblpn_nbr in (select numbers.container_nbr from numbers)

),

final as (

    select distinct lot_trace_id
    from found
    where lot_trace_id is not null {{- and_partial() }}

)

select * from final
