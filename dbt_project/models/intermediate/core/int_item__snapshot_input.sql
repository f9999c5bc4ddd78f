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
        unit_cost,
        unit_weight,
        unit_volume,
        created_at,
        modified_at,
        is_deleted,
        deleted_at,
        loaded_at
    from item

)

select * from tracked
