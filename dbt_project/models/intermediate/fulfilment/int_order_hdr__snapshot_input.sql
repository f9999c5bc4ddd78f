{%- do build_after('int_order_hdr__affected') -%}
with order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

tracked as (

    select
        order_hdr_id,
        facility_id,
        company_id,
        order_nbr,
        order_type_id,
        status_id,
        priority,
        ord_date,
        req_ship_date,
        sched_ship_date,
        order_shipped_at,
        ship_via_id,
        route_nbr,
        total_orig_ord_qty,
        created_at,
        modified_at,
        is_deleted,
        deleted_at,
        loaded_at
    from order_hdr

)

select * from tracked
