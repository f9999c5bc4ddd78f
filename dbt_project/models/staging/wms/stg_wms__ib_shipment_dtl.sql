{{ config(unique_key='ib_shipment_dtl_id') }}

{%- set columns = [
    {'name': 'ib_shipment_id',            'type': 'integer',    'path': '$.ib_shipment_id.id'},
    {'name': 'seq_nbr',                   'type': 'integer',    'path': '$.seq_nbr'},
    {'name': 'item_id',                   'type': 'integer',    'path': '$.item_id.id'},
    {'name': 'po_dtl_id',                 'type': 'integer',    'path': '$.po_dtl_id.id'},
    {'name': 'container_nbr',             'type': 'string(50)', 'path': '$.container_nbr'},
    {'name': 'container_id',              'type': 'integer',    'path': '$.container_id.id'},
    {'name': 'pallet_nbr',                'type': 'string(50)', 'path': '$.pallet_nbr'},
    {'name': 'batch_nbr',                 'type': 'string(50)', 'path': '$.batch_nbr'},
    {'name': 'expiry_date',               'type': 'date',       'path': '$.expiry_date'},
    {'name': 'priority_date',             'type': 'date',       'path': '$.priority_date'},
    {'name': 'shipped_qty',               'type': 'decimal',    'path': '$.shipped_qty'},
    {'name': 'received_qty',              'type': 'decimal',    'path': '$.received_qty'},
    {'name': 'invn_attr_id',              'type': 'integer',    'path': '$.invn_attr_id.id'},
    {'name': 'putawaytype_id',            'type': 'integer',    'path': '$.putawaytype_id.id'},
    {'name': 'lpn_weight',                'type': 'decimal',    'path': '$.lpn_weight'},
    {'name': 'lpn_volume',                'type': 'decimal',    'path': '$.lpn_volume'},
    {'name': 'lpn_length',                'type': 'decimal',    'path': '$.lpn_length'},
    {'name': 'lpn_width',                 'type': 'decimal',    'path': '$.lpn_width'},
    {'name': 'lpn_height',                'type': 'decimal',    'path': '$.lpn_height'},
    {'name': 'is_lpn_is_physical_pallet', 'type': 'boolean',    'path': '$.lpn_is_physical_pallet_flg'},
    {'name': 'is_recv',                   'type': 'boolean',    'path': '$.recv_flg'},
    {'name': 'created_by',                'type': 'string(30)', 'path': '$.create_user', 'personal': true},
    {'name': 'created_at',                'type': 'timestamp',  'path': '$.create_ts'},
    {'name': 'modified_by',               'type': 'string(30)', 'path': '$.mod_user', 'personal': true},
    {'name': 'modified_at',               'type': 'timestamp',  'path': '$.mod_ts'},
] -%}

{{ json_entity(source('wms', 'ib_shipment_dtl'), key='ib_shipment_dtl_id', columns=columns) }}
