{{ config(unique_key='company_id') }}

{%- set columns = [
    {'name': 'company_code',          'type': 'string(30)',  'path': '$.code'},
    {'name': 'company_name',          'type': 'string(100)', 'path': '$.name'},
    {'name': 'parent_company_id',     'type': 'integer',     'path': '$.parent_company_id.id'},
    {'name': 'company_type_id',       'type': 'integer',     'path': '$.company_type_id.id'},
    {'name': 'company_type_label',    'type': 'string(100)', 'path': '$.company_type_id.key'},
    {'name': 'address_1',             'type': 'string(100)', 'path': '$.address_1'},
    {'name': 'address_2',             'type': 'string(100)', 'path': '$.address_2'},
    {'name': 'address_3',             'type': 'string(100)', 'path': '$.address_3'},
    {'name': 'locality',              'type': 'string(100)', 'path': '$.locality'},
    {'name': 'city',                  'type': 'string(100)', 'path': '$.city'},
    {'name': 'state',                 'type': 'string(50)',  'path': '$.state'},
    {'name': 'zip',                   'type': 'string(30)',  'path': '$.zip'},
    {'name': 'country',               'type': 'string(50)',  'path': '$.country'},
    {'name': 'contact',               'type': 'string(100)', 'path': '$.contact', 'personal': true},
    {'name': 'phone_nbr',             'type': 'string(50)',  'path': '$.phone_nbr', 'personal': true},
    {'name': 'email',                 'type': 'string(100)', 'path': '$.email', 'personal': true},
    {'name': 'lang',                  'type': 'string(20)',  'path': '$.lang'},
    {'name': 'tax_id_nbr',            'type': 'string(50)',  'path': '$.tax_id_nbr'},
    {'name': 'currency_code',         'type': 'string(10)',  'path': '$.currency_code'},
    {'name': 'priority',              'type': 'integer',     'path': '$.priority'},
    {'name': 'is_active',             'type': 'boolean',     'path': '$.active_flg'},
    {'name': 'default_ship_via_code', 'type': 'string(50)',  'path': '$.default_ship_via_code'},
    {'name': 'created_by',            'type': 'string(30)',  'path': '$.create_user', 'personal': true},
    {'name': 'created_at',            'type': 'timestamp',   'path': '$.create_ts'},
    {'name': 'modified_by',           'type': 'string(30)',  'path': '$.mod_user', 'personal': true},
    {'name': 'modified_at',           'type': 'timestamp',   'path': '$.mod_ts'},
] -%}

{{ json_entity(source('wms', 'company'), key='company_id', columns=columns) }}
