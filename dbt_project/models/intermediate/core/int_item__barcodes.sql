{#- Different barcodes of an item: its own and those in item_barcode, such as the barcode of a case. -#}
with item as (

    select * from {{ ref('stg_wms__item') }}

),

item_barcode as (

    select * from {{ ref('stg_wms__item_barcode') }}

),

scanned as (

    select
        item_id,
        barcode
    from item
    union
    select
        item_id,
        barcode
    from item_barcode
    where is_deleted = 0

),

counted as (

    select
        item_id,
        cast(count(barcode) as integer) as barcode_count
    from scanned
    group by item_id

)

select * from counted
