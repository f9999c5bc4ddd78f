{%- do build_after('int_order_dtl__affected') -%}
with order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

tracked as (

    select
        order_dtl_id,
        order_id,
        seq_nbr,
        item_id,
        ord_qty,
        orig_ord_qty,
        alloc_qty,
        status_id,
        uom_id,
        uom_label,
        lock_code,
        batch_number_id,
        created_at,
        modified_at,
        is_deleted,
        deleted_at,
        loaded_at
    from order_dtl

)

select * from tracked
