{{ config(unique_key='wave_status_id') }}

{%- set spec -%}
status_description  string(100)  $.description
{%- endset -%}

{{ json_entity(source('wms', 'wave_status'), key='wave_status_id', spec=spec) }}
