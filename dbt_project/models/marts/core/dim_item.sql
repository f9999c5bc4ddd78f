with item as (

    select * from {{ ref('int_item__assessed') }}

),

described as (

    select * from {{ ref('int_item__described') }}

),

catalogued as (

    select * from {{ ref('int_item__catalogued') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

classified as (

    select * from {{ ref('int_item__classified') }}

),

final as (

    select
        item.item_id,
        item.item_code,
        item.item_alternate_code,
        item.item_description,
        item.company_id,
        company.company_code,
        item.barcode,
        catalogued.barcode_count,
        catalogued.group_code,
        catalogued.group_description,
        {%- for level in range(1, 6) %}
        catalogued.hierarchy_{{ level }}_code,
        catalogued.hierarchy_{{ level }}_description,
        {%- endfor %}
        described.brand_code,
        described.brand_code as brand,
        described.season_code,
        described.season_code as season,
        described.velocity_code,
        classified.abc_class,
        classified.velocity_class,
        classified.pick_count as recent_pick_count,
        classified.moved_qty as recent_moved_qty,
        classified.moved_value as recent_moved_value,
        item.putawaytype_label as putaway_type,
        item.unit_cost,
        described.net_cost,
        described.retail_price,
        described.currency_code,
        item.unit_weight,
        item.unit_volume,
        described.std_pack_qty,
        described.std_case_qty,
        described.max_case_qty,
        described.lpns_per_tier,
        described.tiers_per_pallet,
        described.shipping_uom,
        described.product_life as product_life_days,
        described.percent_acceptable_product_life as acceptable_life_percent,
        described.is_conveyable,
        described.is_sortable,
        described.is_req_batch_nbr as is_batch_tracked,
        described.is_serial_tracked,
        coalesce(item.is_hazmat, 0) as is_hazardous,
        described.un_number,
        item.created_at,
        item.modified_at,
        item.is_deleted,
        item.deleted_at,
        item.violation_count,
        item.has_error,
        item.is_in_scope,
        {{- custom_fields('item', 'item.item_id') }}
        item.loaded_at
    from item
    left join described on item.item_id = described.item_id
    left join classified on item.item_id = classified.item_id
    left join catalogued on item.item_id = catalogued.item_id
    left join company on item.company_id = company.company_id

)

select * from final
