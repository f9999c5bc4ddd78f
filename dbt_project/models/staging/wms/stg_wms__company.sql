{{ config(unique_key='company_id') }}

{%- set spec -%}
company_code           string(30)   $.code
company_name           string(100)  $.name
parent_company_id      integer      $.parent_company_id.id
company_type_id        integer      $.company_type_id.id
company_type_label     string(100)  $.company_type_id.key
address_1              string(100)  $.address_1
address_2              string(100)  $.address_2
address_3              string(100)  $.address_3
locality               string(100)  $.locality
city                   string(100)  $.city
state                  string(50)   $.state
zip                    string(30)   $.zip
country                string(50)   $.country
contact                string(100)  $.contact      personal
phone_nbr              string(50)   $.phone_nbr    personal
email                  string(100)  $.email        personal
lang                   string(20)   $.lang
tax_id_nbr             string(50)   $.tax_id_nbr
currency_code          string(10)   $.currency_code
priority               integer      $.priority
is_active              boolean      $.active_flg
default_ship_via_code  string(50)   $.default_ship_via_code
created_by             string(30)   $.create_user  personal
created_at             timestamp    $.create_ts
modified_by            string(30)   $.mod_user     personal
modified_at            timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'company'), key='company_id', spec=spec) }}
