{{ config(unique_key='order_status_id') }}

{%- set spec -%}
status_description  string(100)  $.description
{%- endset -%}

{{ json_entity(source('wms', 'order_status'), key='order_status_id', spec=spec) }}
