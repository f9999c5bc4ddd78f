{%- do build_after('int_inventory__affected') -%}
with inventory as (

    select * from {{ ref('stg_wms__inventory') }}

),

tracked as (

    select
        inventory_id,
        facility_id,
        item_id,
        location_id,
        container_id,
        status_id,
        curr_qty,
        orig_qty,
        priority_date,
        manufacture_date,
        expiry_date,
        batch_number_id,
        uom_id,
        created_at,
        modified_at,
        is_deleted,
        deleted_at,
        loaded_at
    from inventory

)

select * from tracked
