{{ config(unique_key='task_id') }}

{%- set columns = [
    {'name': 'facility_id',             'type': 'integer',     'path': '$.facility_id.id'},
    {'name': 'company_id',              'type': 'integer',     'path': '$.company_id.id'},
    {'name': 'task_nbr',                'type': 'string(50)',  'path': '$.task_nbr'},
    {'name': 'task_type_id',            'type': 'integer',     'path': '$.task_type_id.id'},
    {'name': 'task_type_label',         'type': 'string(100)', 'path': '$.task_type_id.key'},
    {'name': 'status_id',               'type': 'integer',     'path': '$.status_id'},
    {'name': 'wave_id',                 'type': 'integer',     'path': '$.wave_id.id'},
    {'name': 'cart_nbr',                'type': 'string(50)',  'path': '$.cart_nbr'},
    {'name': 'curr_location_id',        'type': 'integer',     'path': '$.curr_location_id.id'},
    {'name': 'next_location_id',        'type': 'integer',     'path': '$.next_location_id.id'},
    {'name': 'destination_zone_id',     'type': 'integer',     'path': '$.destination_zone_id.id'},
    {'name': 'assigned_user',           'type': 'string(50)',  'path': '$.assigned_user', 'personal': true},
    {'name': 'curr_task_type_exec_seq', 'type': 'integer',     'path': '$.curr_task_type_exec_seq'},
    {'name': 'created_by',              'type': 'string(30)',  'path': '$.create_user', 'personal': true},
    {'name': 'created_at',              'type': 'timestamp',   'path': '$.create_ts'},
    {'name': 'modified_by',             'type': 'string(30)',  'path': '$.mod_user', 'personal': true},
    {'name': 'modified_at',             'type': 'timestamp',   'path': '$.mod_ts'},
] -%}

{{ json_entity(source('wms', 'task'), key='task_id', columns=columns) }}
