{{ config(unique_key='ib_shipment_id') }}

{%- set columns = [
    {'name': 'facility_id',         'type': 'integer',     'path': '$.facility_id.id'},
    {'name': 'company_id',          'type': 'integer',     'path': '$.company_id.id'},
    {'name': 'shipment_nbr',        'type': 'string(50)',  'path': '$.shipment_nbr'},
    {'name': 'shipment_type_id',    'type': 'integer',     'path': '$.shipment_type_id.id'},
    {'name': 'shipment_type_label', 'type': 'string(100)', 'path': '$.shipment_type_id.key'},
    {'name': 'status_id',           'type': 'integer',     'path': '$.status_id'},
    {'name': 'ib_load_id',          'type': 'integer',     'path': '$.load_id.id'},
    {'name': 'origin_facility_id',  'type': 'integer',     'path': '$.origin_facility_id.id'},
    {'name': 'trailer_type',        'type': 'string(50)',  'path': '$.trailer_type'},
    {'name': 'manifest_nbr',        'type': 'string(50)',  'path': '$.manifest_nbr'},
    {'name': 'ref_nbr',             'type': 'string(50)',  'path': '$.ref_nbr'},
    {'name': 'vendor_info',         'type': 'string(100)', 'path': '$.vendor_info'},
    {'name': 'origin_info',         'type': 'string(100)', 'path': '$.origin_info'},
    {'name': 'orig_shipped_units',  'type': 'decimal',     'path': '$.orig_shipped_units'},
    {'name': 'orig_shipped_lpns',   'type': 'integer',     'path': '$.orig_shipped_lpns'},
    {'name': 'shipped_date',        'type': 'date',        'path': '$.shipped_date'},
    {'name': 'first_rcvd_at',       'type': 'timestamp',   'path': '$.first_rcvd_ts'},
    {'name': 'last_rcvd_at',        'type': 'timestamp',   'path': '$.last_rcvd_ts'},
    {'name': 'verified_at',         'type': 'timestamp',   'path': '$.verified_ts'},
    {'name': 'verified_user',       'type': 'string(50)',  'path': '$.verified_user', 'personal': true},
    {'name': 'created_by',          'type': 'string(30)',  'path': '$.create_user', 'personal': true},
    {'name': 'created_at',          'type': 'timestamp',   'path': '$.create_ts'},
    {'name': 'modified_by',         'type': 'string(30)',  'path': '$.mod_user', 'personal': true},
    {'name': 'modified_at',         'type': 'timestamp',   'path': '$.mod_ts'},
] -%}

{{ json_entity(source('wms', 'ib_shipment'), key='ib_shipment_id', columns=columns) }}
