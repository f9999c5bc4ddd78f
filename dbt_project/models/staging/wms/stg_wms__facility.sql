{{ config(unique_key='facility_id') }}

{%- set spec -%}
facility_code                string(20)   $.code
facility_name                string(50)   $.name
parent_company_id            integer      $.parent_company_id.id
facility_type_id             integer      $.facility_type_id.id
facility_type_label          string(100)  $.facility_type_id.key
address_1                    string(60)   $.address_1
address_2                    string(60)   $.address_2
address_3                    string(60)   $.address_3
locality                     string(60)   $.locality
city                         string(30)   $.city
state                        string(30)   $.state
zip                          string(20)   $.zip
country                      string(20)   $.country
contact                      string(100)  $.contact      personal
phone_nbr                    string(50)   $.phone_nbr    personal
email                        string(100)  $.email        personal
lang                         string(20)   $.lang
latitude                     decimal      $.latitude
longitude                    decimal      $.longitude
priority                     integer      $.priority
time_zone_id                 integer      $.time_zone_id.id
time_zone_name               string(100)  $.time_zone_id.key
is_wms_managed               boolean      $.wms_managed_flg
is_accept_transfer_shipment  boolean      $.accept_transfer_shipment_flg
bonus_amt_per_user           decimal      $.bonus_amt_per_user
default_ship_via_code        string(50)   $.default_ship_via_code
created_by                   string(30)   $.create_user  personal
created_at                   timestamp    $.create_ts
modified_by                  string(30)   $.mod_user     personal
modified_at                  timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'facility'), key='facility_id', spec=spec) }}
