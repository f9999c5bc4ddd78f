{{ config(unique_key='ib_shipment_status_id') }}

{%- set columns = [
    {'name': 'status_description', 'type': 'string(100)', 'path': '$.description'},
] -%}

{{ json_entity(source('wms', 'ib_shipment_status'), key='ib_shipment_status_id', columns=columns) }}
