{%- do build_after('int_allocation__affected') -%}
with allocation as (

    select * from {{ ref('stg_wms__allocation') }}

),

tracked as (

    select
        allocation_id,
        order_dtl_id,
        from_inventory_id,
        to_inventory_id,
        status_id,
        alloc_qty,
        packed_qty,
        alloc_uom_id,
        wave_id,
        task_id,
        picked_at,
        pick_locn_str,
        final_oblpn_nbr,
        created_at,
        modified_at,
        is_deleted,
        deleted_at,
        loaded_at
    from allocation

)

select * from tracked
