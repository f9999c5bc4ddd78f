{{ config(unique_key='wave_id') }}

{%- set spec -%}
facility_id          integer      $.facility_id.id
company_id           integer      $.company_id.id
run_nbr              string(50)   $.run_nbr
status_id            integer      $.status_id
wave_template_id     integer      $.wave_template_id.id
wave_template_label  string(100)  $.wave_template_id.key
created_by           string(30)   $.create_user  personal
created_at           timestamp    $.create_ts
modified_by          string(30)   $.mod_user     personal
modified_at          timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'wave'), key='wave_id', spec=spec) }}
