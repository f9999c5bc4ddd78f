{{ config(unique_key='wave_id') }}

{%- set columns = [
    {'name': 'facility_id',         'type': 'integer',     'path': '$.facility_id.id'},
    {'name': 'company_id',          'type': 'integer',     'path': '$.company_id.id'},
    {'name': 'run_nbr',             'type': 'string(50)',  'path': '$.run_nbr'},
    {'name': 'status_id',           'type': 'integer',     'path': '$.status_id'},
    {'name': 'wave_template_id',    'type': 'integer',     'path': '$.wave_template_id.id'},
    {'name': 'wave_template_label', 'type': 'string(100)', 'path': '$.wave_template_id.key'},
    {'name': 'created_by',          'type': 'string(30)',  'path': '$.create_user', 'personal': true},
    {'name': 'created_at',          'type': 'timestamp',   'path': '$.create_ts'},
    {'name': 'modified_by',         'type': 'string(30)',  'path': '$.mod_user', 'personal': true},
    {'name': 'modified_at',         'type': 'timestamp',   'path': '$.mod_ts'},
] -%}

{{ json_entity(source('wms', 'wave'), key='wave_id', columns=columns) }}
