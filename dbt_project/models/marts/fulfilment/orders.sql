{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='order_id',
    on_schema_change='append_new_columns',
    post_hook="{{ delete_absent_rows('order_id', ref('int_order_hdr__assessed'), 'order_hdr_id') }}"
) }}

with orders as (

    select * from {{ ref('int_order_hdr__localised') }}

),

lines as (

    select * from {{ ref('int_order_hdr__lines_summed') }}

),

hidden_lines as (

    select * from {{ ref('int_order_hdr__lines_hidden') }}

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

final as (

    select
        orders.order_id,
        orders.order_nbr,
        orders.facility_id,
        orders.facility_code,
        orders.company_id,
        orders.company_code,
        orders.status_id,
        orders.status_description,
        orders.status_meaning,
        orders.priority,
        orders.sales_channel,
        orders.currency_code,
        orders.ordered_date,
        orders.required_ship_date,
        orders.due_date,
        orders.due_date_source,
        orders.business_date,
        orders.shipped_date,
        orders.created_at,
        orders.modified_at,
        orders.shipped_at,
        {{ seconds_between('orders.created_at', 'orders.shipped_at') }} as cycle_seconds,
        coalesce(lines.line_count, 0) as line_count,
        coalesce(lines.cancelled_line_count, 0) as cancelled_line_count,
        coalesce(lines.filled_line_count, 0) as filled_line_count,
        coalesce(lines.unknown_line_count, 0) as unknown_line_count,
        coalesce(hidden_lines.hidden_line_count, 0) as hidden_line_count,
        coalesce(lines.ordered_qty, 0) as ordered_qty,
        coalesce(lines.cancelled_qty, 0) as cancelled_qty,
        coalesce(lines.allocated_qty, 0) as allocated_qty,
        coalesce(lines.packed_qty, 0) as packed_qty,
        {{ ratio('lines.packed_qty', '(lines.ordered_qty - lines.cancelled_qty)') }} as fill_ratio,
        case when {{ means('orders.status_meaning', 'terminal') }} or orders.is_deleted = 1 then 0 else 1 end as is_open,
        orders.is_shipped,
        orders.is_cancelled,
        case
            when lines.line_count > 0 and lines.unknown_line_count = 0 and hidden_lines.hidden_line_count is null
                then case when orders.is_shipped = 1 and lines.filled_line_count = lines.line_count then 1 else 0 end
        end as is_in_full,
        orders.is_on_time,
        case
            when orders.is_cancelled = 1 then null
            when orders.shipped_date is not null then 1 - orders.is_on_time
            when facility.read_until_date > orders.due_date then 1
            when facility.read_until_date <= orders.due_date then 0
        end as is_late,
        orders.violation_count,
        orders.has_error,
        orders.is_in_scope,
        orders.is_deleted,
        orders.deleted_at,
        {{- custom_fields('order_hdr', 'orders.order_id') }}
        orders.loaded_at
    from orders
    left join lines on orders.order_id = lines.order_id
    left join hidden_lines on orders.order_id = hidden_lines.order_id
    left join facility on orders.facility_id = facility.facility_id

)

{{ changed_rows('final') }}
