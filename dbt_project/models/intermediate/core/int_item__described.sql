with item as (

    select * from {{ ref('stg_wms__item') }}

),

metrics as (

    select * from {{ ref('stg_wms__item_metrics') }}

),

characteristics as (

    select * from {{ ref('stg_wms__item_characteristics') }}

),

-- the WMS shows one record per item; if it shows several, the newest counts
newest_metrics as (

    select
        item_id,
        max(item_metrics_id) as item_metrics_id
    from metrics
    where is_deleted = 0
    group by item_id

),

newest_characteristics as (

    select
        item_id,
        max(item_characteristics_id) as item_characteristics_id
    from characteristics
    where is_deleted = 0
    group by item_id

),

described as (

    select
        item.*,
        metrics.retail_price,
        metrics.currency_code,
        metrics.std_pack_qty,
        metrics.std_case_qty,
        metrics.product_life,
        metrics.percent_acceptable_product_life,
        metrics.net_cost,
        metrics.max_case_qty,
        metrics.lpns_per_tier,
        metrics.tiers_per_pallet,
        metrics.shipping_uom,
        characteristics.brand_code,
        characteristics.season_code,
        characteristics.velocity_code,
        characteristics.is_conveyable,
        characteristics.is_sortable,
        characteristics.is_req_batch_nbr,
        case
            when characteristics.serial_nbr_tracking_id > 0 then 1
            when characteristics.serial_nbr_tracking_id = 0 then 0
        end as is_serial_tracked,
        characteristics.un_number
    from item
    left join newest_metrics on item.item_id = newest_metrics.item_id
    left join metrics on newest_metrics.item_metrics_id = metrics.item_metrics_id
    left join newest_characteristics on item.item_id = newest_characteristics.item_id
    left join characteristics
        on newest_characteristics.item_characteristics_id = characteristics.item_characteristics_id

)

select * from described
