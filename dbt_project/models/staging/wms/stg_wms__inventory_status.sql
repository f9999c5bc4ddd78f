{{ config(unique_key='inventory_status_id') }}

{%- set columns = [
    {'name': 'status_description', 'type': 'string(100)', 'path': '$.description'},
] -%}

{{ json_entity(source('wms', 'inventory_status'), key='inventory_status_id', columns=columns) }}
