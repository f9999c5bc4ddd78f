{{ config(unique_key='ib_shipment_status_id') }}

{%- set spec -%}
status_description  string(100)  $.description
{%- endset -%}

{{ json_entity(source('wms', 'ib_shipment_status'), key='ib_shipment_status_id', spec=spec) }}
