with order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

rejected_orders as (

    select distinct entity_id as order_hdr_id
    from {{ ref('int_order_hdr__rules_broken') }}
    where severity = 'error'

),

highest_statuses as (

    select * from {{ ref('int_order_dtl__highest_status') }}

),

candidates as (

    select
        order_dtl.order_dtl_id as entity_id,
        order_hdr.facility_id,
        order_dtl.order_id,
        order_dtl.ord_qty as quantity,
        order_dtl.status_id,
        order_dtl.is_valid_document,
        order_dtl.is_deleted,
        order_dtl.loaded_at,
        order_hdr.order_hdr_id as known_order_id,
        rejected_orders.order_hdr_id as rejected_order_id,
        highest_statuses.highest_status_id
    from order_dtl
    left join order_hdr on order_dtl.order_id = order_hdr.order_hdr_id
    left join rejected_orders on order_dtl.order_id = rejected_orders.order_hdr_id
    left join highest_statuses on order_dtl.order_dtl_id = highest_statuses.order_dtl_id

),

{{ broken_rules('order_dtl') }}
