{{ config(unique_key='wave_status_id') }}

{%- set columns = [
    {'name': 'status_description', 'type': 'string(100)', 'path': '$.description'},
] -%}

{{ json_entity(source('wms', 'wave_status'), key='wave_status_id', columns=columns) }}
