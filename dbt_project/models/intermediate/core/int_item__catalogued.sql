with barcodes as (

    select * from {{ ref('int_item__barcodes') }}

),

grouped as (

    select * from {{ ref('int_item__grouped') }}

),

catalogued as (

    select
        {%- for level in range(1, 6) %}
        grouped.hierarchy_{{ level }}_code,
        grouped.hierarchy_{{ level }}_description,
        {%- endfor %}
        grouped.group_code,
        grouped.group_description,
        barcodes.item_id,
        barcodes.barcode_count
    from barcodes
    left join grouped on barcodes.item_id = grouped.item_id

)

select * from catalogued
