{#- Facilities and items whose stock can differ from that of the last build, by the key of stock_availability. -#}
with versions as (

    select * from {{ ref('stg_wms__inventory_versions') }}

),

current_stock as (

    select * from {{ ref('int_inventory_current__affected') }}

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

    -- a record may have had another facility or item before
    select {{ stock_key() }} as stock_availability_id
    from versions
    where
        inventory_id in (select current_stock.inventory_id from current_stock)
        or item_id in (select metrics.item_id from metrics)
        or item_id in (select characteristics.item_id from characteristics)
    {{ former_pairs() }}

),

final as (

    select distinct stock_availability_id
    from found
    where
        stock_availability_id is not null
        {{- and_partial() }}

)

select * from final
