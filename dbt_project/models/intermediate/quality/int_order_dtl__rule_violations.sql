{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='rejection_id',
    meta={'affected': {'keys': 'int_order_dtl__affected', 'column': 'entity_id'}}
) }}

with order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}
    {{ only_affected('order_dtl_id', 'int_order_dtl__affected') }}

),

order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

highest_statuses as (

    select * from {{ ref('int_order_dtl__highest_status') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'order'

),

candidates as (

    select
        order_dtl.order_dtl_id as entity_id,
        order_hdr.facility_id,
        order_hdr.order_nbr,
        order_dtl.order_id,
        order_dtl.seq_nbr,
        order_dtl.ord_qty as quantity,
        case when order_dtl.orig_ord_qty > 0 or statuses.is_terminal = 1 then 1 else 0 end as is_closed_short,
        order_dtl.item_id,
        item.item_code,
        order_dtl.uom_label as unit_code,
        order_dtl.status_id,
        order_dtl.is_valid_document,
        order_dtl.is_deleted,
        order_dtl.is_in_scope,
        order_dtl.loaded_at,
        order_hdr.order_hdr_id as known_order_id,
        item.item_id as known_item_id,
        statuses.status_rank,
        highest_statuses.highest_status_rank,
        {{ number_text('order_dtl.seq_nbr') }} as natural_key,
        {{ first_id_of_key('order_dtl', 'order_dtl_id', ['order_id', 'seq_nbr']) }} as first_id_of_key
    from order_dtl
    left join order_hdr on order_dtl.order_id = order_hdr.order_hdr_id
    left join item on order_dtl.item_id = item.item_id
    left join statuses on order_dtl.status_id = statuses.status_id
    left join highest_statuses on order_dtl.order_dtl_id = highest_statuses.order_dtl_id

),

{{ rule_violations('order_dtl', labels={
    'parent_id': 'order_id', 'order_number': 'order_nbr', 'line_number': 'seq_nbr', 'item_code': 'item_code'
}) }}
