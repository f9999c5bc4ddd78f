{{ config(unique_key='container_status_id') }}

{%- set spec -%}
status_description  string(100)  $.description
{%- endset -%}

{{ json_entity(source('wms', 'container_status'), key='container_status_id', spec=spec) }}
