{{ config(unique_key='allocation_status_id') }}

{%- set columns = [
    {'name': 'status_description', 'type': 'string(100)', 'path': '$.description'},
] -%}

{{ json_entity(source('wms', 'allocation_status'), key='allocation_status_id', columns=columns) }}
