{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='order_dtl_id',
    meta={'affected': {'keys': 'int_order_dtl__affected', 'column': 'order_dtl_id'}}
) }}

with order_dtl as (

    select * from {{ ref('int_order_dtl__assessed') }}
    {{ only_affected('order_dtl_id', 'int_order_dtl__affected') }}

),

allocations as (

    select * from {{ ref('int_order_dtl__allocations_summed') }}

),

fulfilled as (

    select
        order_dtl.order_dtl_id,
        order_dtl.order_id,
        order_dtl.seq_nbr,
        order_dtl.item_id,
        order_dtl.status_id,
        order_dtl.status_description,
        order_dtl.status_meaning,
        order_dtl.ord_qty as ordered_qty,
        order_dtl.orig_ord_qty as original_ordered_qty,
        coalesce(order_dtl.alloc_qty, 0) as allocated_qty,
        coalesce(allocations.packed_qty, 0) as packed_qty,
        coalesce(allocations.allocation_count, 0) as allocation_count,
        allocations.wave_id,
        order_dtl.uom_id,
        order_dtl.uom_label,
        allocations.first_picked_at,
        allocations.last_picked_at,
        case when {{ means('order_dtl.status_meaning', 'cancelled') }} then 1 else 0 end as is_cancelled,
        -- the WMS lowers the ordered quantity when it cancels a shortage
        {{ wanted_qty('order_dtl.ord_qty', 'order_dtl.orig_ord_qty') }} as wanted_qty,
        -- unknown whether the line was filled if it has an error, or one of its allocations has
        case
            when order_dtl.has_error = 1 or allocations.unknown_allocation_count > 0 then 0
            else 1
        end as is_fill_known,
        case
            when
                {{ wanted_qty('order_dtl.ord_qty', 'order_dtl.orig_ord_qty') }} > 0
                and coalesce(allocations.packed_qty, 0)
                >= {{ wanted_qty('order_dtl.ord_qty', 'order_dtl.orig_ord_qty') }}
                then 1
            else 0
        end as is_filled,
        order_dtl.created_at,
        order_dtl.modified_at,
        order_dtl.violation_count,
        order_dtl.has_error,
        order_dtl.is_in_scope,
        order_dtl.is_deleted,
        order_dtl.deleted_at,
        order_dtl.loaded_at
    from order_dtl
    left join allocations on order_dtl.order_dtl_id = allocations.order_dtl_id

),

final as (

    -- a line is short when nothing more comes: its status is final
    select
        fulfilled.*,
        case
            when fulfilled.is_fill_known = 0 then null
            when {{ means('fulfilled.status_meaning', 'terminal') }} and fulfilled.packed_qty < fulfilled.wanted_qty
                then fulfilled.wanted_qty - fulfilled.packed_qty
            else 0
        end as short_qty
    from fulfilled

)

select * from final
