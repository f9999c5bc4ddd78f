{{ config(unique_key='read_order', full_refresh=false) }}

{%- set spec -%}
status_id    integer    $.status_id
modified_at  timestamp  $.mod_ts
{%- endset -%}

{{ json_versions(source('wms', 'allocation'), key='allocation_id', spec=spec) }}
