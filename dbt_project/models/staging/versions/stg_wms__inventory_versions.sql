{{ config(incremental_strategy='append') }}

{%- set columns = [
    {'name': 'facility_id',  'type': 'integer',   'path': '$.facility_id.id'},
    {'name': 'item_id',      'type': 'integer',   'path': '$.item_id.id'},
    {'name': 'location_id',  'type': 'integer',   'path': '$.location_id.id'},
    {'name': 'container_id', 'type': 'integer',   'path': '$.container_id.id'},
    {'name': 'curr_qty',     'type': 'decimal',   'path': '$.curr_qty'},
    {'name': 'status_id',    'type': 'integer',   'path': '$.status_id'},
    {'name': 'created_at',   'type': 'timestamp', 'path': '$.create_ts'},
    {'name': 'modified_at',  'type': 'timestamp', 'path': '$.mod_ts'},
] -%}

{{ json_versions(source('wms', 'inventory'), key='inventory_id', columns=columns) }}
