with allocation as (

    select * from {{ ref('stg_wms__allocation') }}

),

order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

rejected_lines as (

    select distinct entity_id as order_dtl_id
    from {{ ref('int_order_dtl__rules_broken') }}
    where severity = 'error'

),

highest_statuses as (

    select * from {{ ref('int_allocation__highest_status') }}

),

candidates as (

    select
        allocation.allocation_id as entity_id,
        order_hdr.facility_id,
        allocation.order_dtl_id,
        allocation.alloc_qty as quantity,
        allocation.packed_qty,
        allocation.status_id,
        allocation.created_at,
        allocation.picked_at,
        {{ latest_possible_at('allocation') }} as latest_possible_at,
        allocation.is_valid_document,
        allocation.is_deleted,
        allocation.loaded_at,
        order_dtl.order_dtl_id as known_order_dtl_id,
        rejected_lines.order_dtl_id as rejected_order_dtl_id,
        highest_statuses.highest_status_id
    from allocation
    left join order_dtl on allocation.order_dtl_id = order_dtl.order_dtl_id
    left join order_hdr on order_dtl.order_id = order_hdr.order_hdr_id
    left join rejected_lines on allocation.order_dtl_id = rejected_lines.order_dtl_id
    left join highest_statuses on allocation.allocation_id = highest_statuses.allocation_id

),

{{ broken_rules('allocation') }}
