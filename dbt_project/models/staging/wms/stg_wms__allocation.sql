{{ config(unique_key='allocation_id') }}

{%- set columns = [
    {'name': 'order_dtl_id',      'type': 'integer',     'path': '$.order_dtl_id.id'},
    {'name': 'from_inventory_id', 'type': 'integer',     'path': '$.from_inventory_id.id'},
    {'name': 'to_inventory_id',   'type': 'integer',     'path': '$.to_inventory_id.id'},
    {'name': 'status_id',         'type': 'integer',     'path': '$.status_id'},
    {'name': 'type_id',           'type': 'integer',     'path': '$.type_id.id'},
    {'name': 'type_label',        'type': 'string(100)', 'path': '$.type_id.key'},
    {'name': 'alloc_qty',         'type': 'decimal',     'path': '$.alloc_qty'},
    {'name': 'packed_qty',        'type': 'decimal',     'path': '$.packed_qty'},
    {'name': 'alloc_uom_id',      'type': 'integer',     'path': '$.alloc_uom_id.id'},
    {'name': 'alloc_uom_label',   'type': 'string(100)', 'path': '$.alloc_uom_id.key'},
    {'name': 'cartonize_uom_id',  'type': 'integer',     'path': '$.cartonize_uom_id.id'},
    {'name': 'wave_id',           'type': 'integer',     'path': '$.wave_id.id'},
    {'name': 'task_id',           'type': 'integer',     'path': '$.task_id.id'},
    {'name': 'task_seq_nbr',      'type': 'integer',     'path': '$.task_seq_nbr'},
    {'name': 'mhe_system_id',     'type': 'integer',     'path': '$.mhe_system_id.id'},
    {'name': 'ob_lpn_type_id',    'type': 'integer',     'path': '$.ob_lpn_type_id.id'},
    {'name': 'pick_user',         'type': 'string(30)',  'path': '$.pick_user', 'personal': true},
    {'name': 'picked_at',         'type': 'timestamp',   'path': '$.picked_ts'},
    {'name': 'pick_locn_str',     'type': 'string(100)', 'path': '$.pick_locn_str'},
    {'name': 'final_oblpn_nbr',   'type': 'string(30)',  'path': '$.final_oblpn_nbr'},
    {'name': 'is_picking',        'type': 'boolean',     'path': '$.is_picking_flg'},
    {'name': 'created_by',        'type': 'string(30)',  'path': '$.create_user', 'personal': true},
    {'name': 'created_at',        'type': 'timestamp',   'path': '$.create_ts'},
    {'name': 'modified_by',       'type': 'string(30)',  'path': '$.mod_user', 'personal': true},
    {'name': 'modified_at',       'type': 'timestamp',   'path': '$.mod_ts'},
] -%}

{{ json_entity(source('wms', 'allocation'), key='allocation_id', columns=columns) }}
