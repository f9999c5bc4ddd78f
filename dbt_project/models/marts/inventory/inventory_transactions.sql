{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='inventory_transaction_id',
    meta={'affected': {'keys': 'int_inventory_history__affected', 'column': 'inventory_transaction_id'}},
    on_schema_change='append_new_columns'
) }}

{#- int_order_hdr__affected reads this table as the last build left it -#}
{%- do build_after('int_order_hdr__affected') -%}

with entries as (

    select * from {{ ref('int_inventory_history__localised') }}
    {{ only_affected('inventory_history_id', 'int_inventory_history__affected') }}

),

uom as (

    select * from {{ ref('stg_wms__uom') }}

),

reason as (

    select * from {{ ref('stg_wms__reason_code') }}

),

final as (

    select
        entries.inventory_history_id as inventory_transaction_id,
        entries.facility_id,
        entries.facility_code,
        entries.company_id,
        entries.company_code,
        entries.business_date,
        entries.created_at,
        entries.activity_id,
        entries.activity_name,
        entries.activity_kind,
        entries.item_id,
        entries.item_code,
        entries.container_nbr,
        entries.to_container_nbr,
        entries.location_code as from_location_code,
        entries.to_location_code,
        entries.to_facility_code,
        coalesce(entries.adj_qty, 0) as adjusted_qty,
        entries.orig_qty as previous_qty,
        coalesce(entries.units_received, 0) as received_qty,
        coalesce(entries.units_shipped, 0) as shipped_qty,
        uom.uom_code,
        entries.lock_code,
        reason.reason_code,
        reason.reason_code_description as reason_description,
        entries.order_id,
        entries.order_nbr,
        nullif(entries.order_seq_nbr, 0) as order_line_nbr,
        entries.po_nbr,
        nullif(entries.po_line_nbr, 0) as po_line_nbr,
        entries.vendor_code,
        entries.ib_shipment_id,
        entries.shipment_nbr,
        nullif(entries.shipment_line_nbr, 0) as shipment_line_nbr,
        entries.task_nbr,
        entries.trailer_nbr,
        entries.module_name,
        entries.screen_name,
        {{ pseudonym('entries.created_by', 32) }} as user_pseudonym,
        entries.is_in_scope,
        entries.is_deleted,
        entries.loaded_at
    from entries
    left join uom on entries.uom_id = uom.uom_id
    left join reason on entries.reason_code_id = reason.reason_code_id

)

select * from final
