{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='rejection_id',
    meta={'affected': {'keys': 'int_allocation__affected', 'column': 'entity_id'}}
) }}

with used as (

    select * from {{ ref('int_allocation__used') }}
    {{ only_affected('allocation_id', 'int_allocation__affected') }}

),

order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

highest_statuses as (

    select * from {{ ref('int_allocation__highest_status') }}

),

candidates as (

    select
        used.allocation_id as entity_id,
        order_hdr.facility_id,
        facility.facility_code,
        order_hdr.order_nbr,
        used.order_dtl_id,
        order_dtl.seq_nbr,
        used.final_oblpn_nbr,
        item.item_code,
        used.alloc_qty as quantity,
        used.packed_qty,
        used.alloc_uom_label as unit_code,
        used.status_id,
        used.status_meaning,
        used.status_rank,
        used.is_for_order,
        used.created_at,
        used.picked_at,
        {{ latest_possible_at('used') }} as latest_possible_at,
        used.is_valid_document,
        used.is_deleted,
        used.is_in_scope,
        used.loaded_at,
        order_dtl.order_dtl_id as known_order_dtl_id,
        highest_statuses.highest_status_rank,
        order_dtl.ord_qty as ordered_qty,
        coalesce(item.packing_tolerance_percent, 0) as packing_tolerance,
        coalesce(order_dtl.max_shipping_tolerance_percentage, 0) as shipping_tolerance,
        used.used_qty,
        sum(used.used_qty) over (
            partition by used.order_dtl_id
            order by used.allocation_id
            rows unbounded preceding
        ) as line_used_qty
    from used
    left join order_dtl on used.order_dtl_id = order_dtl.order_dtl_id
    left join order_hdr on order_dtl.order_id = order_hdr.order_hdr_id
    left join facility on order_hdr.facility_id = facility.facility_id
    left join item on order_dtl.item_id = item.item_id
    left join highest_statuses on used.allocation_id = highest_statuses.allocation_id

),

{{ rule_violations('allocation', labels={
    'parent_id': 'order_dtl_id',
    'order_number': 'order_nbr',
    'line_number': 'seq_nbr',
    'lpn_number': 'final_oblpn_nbr',
    'item_code': 'item_code',
}) }}
