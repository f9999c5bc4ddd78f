{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='order_dtl_id',
    meta={'affected': {'keys': 'int_order_dtl__affected', 'column': 'order_dtl_id'}},
    on_schema_change='append_new_columns'
) }}

with lines as (

    select * from {{ ref('int_order_dtl__explained') }}
    {{ only_affected('order_dtl_id', 'int_order_dtl__affected') }}

),

orders as (

    select * from {{ ref('int_order_hdr__localised') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

final as (

    select
        lines.order_dtl_id,
        lines.order_id,
        orders.order_nbr,
        lines.seq_nbr as line_nbr,
        orders.facility_id,
        orders.facility_code,
        orders.company_id,
        orders.company_code,
        lines.item_id,
        item.item_code,
        item.item_description,
        lines.status_id,
        lines.status_description,
        lines.status_meaning,
        lines.uom_label as uom,
        lines.uom_code,
        lines.ordered_qty,
        lines.original_ordered_qty,
        cast(lines.wanted_qty as decimal(19, 6)) as wanted_qty,
        lines.allocated_qty,
        lines.packed_qty,
        cast(
            case
                when lines.is_cancelled = 1 or lines.packed_qty > lines.ordered_qty then 0
                else lines.ordered_qty - lines.packed_qty
            end as decimal(19, 6)
        ) as open_qty,
        {{ ratio('lines.packed_qty', 'lines.ordered_qty') }} as fill_ratio,
        cast(lines.short_qty as decimal(19, 6)) as short_qty,
        lines.short_cause,
        lines.short_reason_code,
        lines.short_reason,
        case when lines.is_fill_known = 1 then lines.is_filled end as is_filled,
        lines.is_fill_known,
        lines.is_cancelled,
        lines.allocation_count,
        lines.wave_id,
        lines.wave_nbr,
        orders.business_date,
        lines.created_at,
        lines.modified_at,
        lines.first_picked_at,
        lines.last_picked_at,
        lines.violation_count,
        lines.has_error,
        lines.is_in_scope,
        lines.is_deleted,
        lines.deleted_at,
        {{- custom_fields('order_dtl', 'lines.order_dtl_id') }}
        lines.loaded_at
    from lines
    left join orders on lines.order_id = orders.order_id
    left join item on lines.item_id = item.item_id

)

select * from final
