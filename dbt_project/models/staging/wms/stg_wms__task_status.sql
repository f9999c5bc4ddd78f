{{ config(unique_key='task_status_id') }}

{%- set columns = [
    {'name': 'status_description', 'type': 'string(100)', 'path': '$.description'},
] -%}

{{ json_entity(source('wms', 'task_status'), key='task_status_id', columns=columns) }}
