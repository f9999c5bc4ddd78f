with inventory as (

    select * from {{ ref('stg_wms__inventory') }}

),

rejections as (

    select * from {{ ref('int_inventory__rules_broken') }}
    where severity = 'error'

),

accepted as (

    select *
    from inventory
    where not exists (
        select 1
        from rejections
        where rejections.entity_id = inventory.inventory_id
    )

)

select * from accepted
