with order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

any_item as (

    select max(item_id) as any_item_id
    from item

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
        order_dtl.item_id,
        order_dtl.uom_label as unit_code,
        order_dtl.status_id,
        order_dtl.is_valid_document,
        order_dtl.is_deleted,
        order_dtl.loaded_at,
        order_hdr.order_hdr_id as known_order_id,
        rejected_orders.order_hdr_id as rejected_order_id,
        item.item_id as known_item_id,
        any_item.any_item_id,
        highest_statuses.highest_status_id,
        {{ number_text('order_dtl.seq_nbr') }} as natural_key,
        {{ first_id_of_key('order_dtl', 'order_dtl_id', ['order_id', 'seq_nbr']) }} as first_id_of_key
    from order_dtl
    left join order_hdr on order_dtl.order_id = order_hdr.order_hdr_id
    left join rejected_orders on order_dtl.order_id = rejected_orders.order_hdr_id
    left join item on order_dtl.item_id = item.item_id
    left join highest_statuses on order_dtl.order_dtl_id = highest_statuses.order_dtl_id
    cross join any_item

),

{{ broken_rules('order_dtl') }}
