with item as (

    select * from {{ ref('int_item__assessed') }}

),

described as (

    select * from {{ ref('int_item__described') }}

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
        described.retail_price,
        described.currency_code,
        item.unit_weight,
        item.unit_volume,
        described.std_pack_qty,
        described.std_case_qty,
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
    left join company on item.company_id = company.company_id

)

select * from final
