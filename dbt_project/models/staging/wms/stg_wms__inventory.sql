{{ config(unique_key='inventory_id') }}

{%- set columns = [
    {'name': 'facility_id',      'type': 'integer',     'path': '$.facility_id.id'},
    {'name': 'item_id',          'type': 'integer',     'path': '$.item_id.id'},
    {'name': 'location_id',      'type': 'integer',     'path': '$.location_id.id'},
    {'name': 'container_id',     'type': 'integer',     'path': '$.container_id.id'},
    {'name': 'priority_date',    'type': 'date',        'path': '$.priority_date'},
    {'name': 'manufacture_date', 'type': 'date',        'path': '$.manufacture_date'},
    {'name': 'expiry_date',      'type': 'date',        'path': '$.expiry_date'},
    {'name': 'curr_qty',         'type': 'decimal',     'path': '$.curr_qty'},
    {'name': 'orig_qty',         'type': 'decimal',     'path': '$.orig_qty'},
    {'name': 'pack_qty',         'type': 'decimal',     'path': '$.pack_qty'},
    {'name': 'case_qty',         'type': 'decimal',     'path': '$.case_qty'},
    {'name': 'status_id',        'type': 'integer',     'path': '$.status_id'},
    {'name': 'batch_number_id',  'type': 'integer',     'path': '$.batch_number_id.id'},
    {'name': 'invn_attr_id',     'type': 'integer',     'path': '$.invn_attr_id.id'},
    {'name': 'uom_id',           'type': 'integer',     'path': '$.uom_id.id'},
    {'name': 'uom_label',        'type': 'string(100)', 'path': '$.uom_id.key'},
    {'name': 'created_by',       'type': 'string(30)',  'path': '$.create_user', 'personal': true},
    {'name': 'created_at',       'type': 'timestamp',   'path': '$.create_ts'},
    {'name': 'modified_by',      'type': 'string(30)',  'path': '$.mod_user', 'personal': true},
    {'name': 'modified_at',      'type': 'timestamp',   'path': '$.mod_ts'},
] -%}

{{ json_entity(source('wms', 'inventory'), key='inventory_id', columns=columns) }}
