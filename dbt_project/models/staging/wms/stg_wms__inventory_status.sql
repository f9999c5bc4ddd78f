{{ config(unique_key='inventory_status_id') }}

{%- set spec -%}
status_description  string(100)  $.description
{%- endset -%}

{{ json_entity(source('wms', 'inventory_status'), key='inventory_status_id', spec=spec) }}
