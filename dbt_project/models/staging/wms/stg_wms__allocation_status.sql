{{ config(unique_key='allocation_status_id') }}

{%- set spec -%}
status_description  string(100)  $.description
{%- endset -%}

{{ json_entity(source('wms', 'allocation_status'), key='allocation_status_id', spec=spec) }}
