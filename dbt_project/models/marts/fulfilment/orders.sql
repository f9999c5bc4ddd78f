{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='order_id',
    meta={'affected': {'keys': 'int_order_hdr__affected', 'column': 'order_id'}},
    on_schema_change='append_new_columns'
) }}

{%- set description = [
    'order_type', 'order_type_description', 'customer_nbr', 'customer_name', 'ship_to_name', 'ship_to_city', 'ship_to_state',
    'ship_to_zip', 'ship_to_country', 'dest_facility_id', 'dest_facility_code', 'carrier_id', 'carrier_code', 'carrier_name',
    'ship_via_code', 'ship_via_description', 'route_nbr', 'customer_po_nbr', 'reference_nbr', 'sales_order_nbr', 'instruction_count',
    'first_instruction',
] %}

with orders as (

    select * from {{ ref('int_order_hdr__outcomes') }}
    {{ only_affected('order_id', 'int_order_hdr__affected') }}

),

described as (

    select * from {{ ref('int_order_hdr__described') }}
    {{ only_affected('order_id', 'int_order_hdr__affected') }}

),

wave as (

    select * from {{ ref('stg_wms__wave') }}

),

final as (

    select
        orders.order_id,
        orders.order_nbr,
        orders.facility_id,
        orders.facility_code,
        orders.company_id,
        orders.company_code,
        {%- for column in description %}
        described.{{ column }},
        {%- endfor %}
        orders.status_id,
        orders.status_description,
        orders.status_meaning,
        orders.priority,
        orders.sales_channel,
        orders.currency_code,
        orders.wave_id,
        wave.run_nbr as wave_nbr,
        orders.wave_count,
        orders.ordered_date,
        orders.required_ship_date,
        orders.due_date,
        orders.due_date_source,
        orders.business_date,
        orders.shipped_date,
        orders.created_at,
        orders.modified_at,
        orders.shipped_at,
        orders.cycle_seconds,
        orders.line_count,
        orders.cancelled_line_count,
        orders.filled_line_count,
        orders.unknown_line_count,
        orders.hidden_line_count,
        orders.ordered_qty,
        orders.cancelled_qty,
        orders.allocated_qty,
        orders.packed_qty,
        orders.fill_ratio,
        orders.is_open,
        orders.is_shipped,
        orders.is_cancelled,
        orders.is_in_full,
        orders.is_on_time,
        orders.is_late,
        orders.hours_late,
        orders.violation_count,
        orders.has_error,
        orders.is_in_scope,
        orders.is_deleted,
        orders.deleted_at,
        {{- custom_fields('order_hdr', 'orders.order_id') }}
        orders.loaded_at
    from orders
    left join described on orders.order_id = described.order_id
    left join wave on orders.wave_id = wave.wave_id

)

select * from final
