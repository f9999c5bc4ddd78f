with item as (

    select * from {{ ref('stg_wms__item') }}

),

tracked as (

    select
        item_id,
        company_id,
        item_code,
        item_description,
        barcode,
        brand,
        group_code,
        hierarchy1_code,
        hierarchy2_code,
        velocity_code,
        putaway_type,
        unit_cost,
        retail_price,
        currency_code,
        unit_weight,
        unit_volume,
        std_pack_qty,
        std_case_qty,
        created_at,
        modified_at,
        is_deleted,
        deleted_at,
        loaded_at
    from item

)

select * from tracked
