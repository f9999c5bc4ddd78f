{{ config(unique_key='order_status_id') }}

{%- set columns = [
    {'name': 'status_description', 'type': 'string(100)', 'path': '$.description'},
] -%}

{{ json_entity(source('wms', 'order_status'), key='order_status_id', columns=columns) }}
