{%- set entities = [
    'allocation', 'allocation_status', 'appointment', 'appointment_status', 'batch_number', 'carrier', 'carrier_lpn',
    'cc_adjustment_dtl', 'cc_adjustment_hdr', 'cc_adjustment_status', 'company', 'container', 'container_lock_xref',
    'container_status', 'dock', 'facility', 'ib_shipment', 'ib_shipment_dtl', 'ib_shipment_status', 'inventory',
    'inventory_attribute', 'inventory_history', 'inventory_lock', 'inventory_status', 'item', 'item_barcode',
    'item_characteristics', 'item_facility', 'item_group_defn', 'item_hierarchy_defn', 'item_metrics', 'item_struct',
    'load', 'load_status', 'location', 'movement_request_dtl', 'movement_request_hdr', 'ob_stop', 'ob_stop_dtl',
    'order_dtl', 'order_hdr', 'order_instruction', 'order_lock', 'order_status', 'order_type', 'pallet',
    'purchase_order_dtl', 'purchase_order_hdr', 'purchase_order_status', 'reason_code', 'ship_via', 'task',
    'task_status', 'track_record', 'trailer', 'uom', 'vendor', 'wave', 'wave_status', 'wms_activity',
    'wms_activity_code', 'wms_activity_dtl',
] -%}

with records as (

    {%- for entity in entities %}
    select
        cast('{{ entity }}' as varchar(50)) as entity,
        {{ entity_key(entity) }} as entity_id,
        lost_values,
        loaded_at
    from {{ ref('stg_wms__' ~ entity) }}
    where lost_values is not null and is_deleted = 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

numbers as (

    select day_number as place
    from {{ ref('int_date__day_numbers') }}
    -- no record has more columns
    where day_number between 1 and 200

),

words as (

    select
        records.entity,
        records.entity_id,
        records.loaded_at,
        {{ word_at('records.lost_values', 'numbers.place') }} as word
    from records
    cross join numbers

),

lost as (

    select
        entity,
        entity_id,
        cast(substr(word, 3) as varchar(50)) as column_name,
        cast(
            case substr(word, 1, 1)
                when 'c' then 'cut'
                when 'r' then 'out_of_range'
                else 'unreadable'
            end as varchar(20)
        ) as kind,
        loaded_at
    from words
    where word is not null

)

select * from lost
