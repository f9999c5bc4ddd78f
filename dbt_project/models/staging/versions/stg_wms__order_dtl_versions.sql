{{ config(incremental_strategy='append') }}

{%- set columns = [
    {'name': 'status_id',   'type': 'integer',   'path': '$.status_id'},
    {'name': 'modified_at', 'type': 'timestamp', 'path': '$.mod_ts'},
] -%}

{{ json_versions(source('wms', 'order_dtl'), key='order_dtl_id', columns=columns) }}
