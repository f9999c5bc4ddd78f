{{ config(unique_key='container_status_id') }}

{%- set columns = [
    {'name': 'status_description', 'type': 'string(100)', 'path': '$.description'},
] -%}

{{ json_entity(source('wms', 'container_status'), key='container_status_id', columns=columns) }}
