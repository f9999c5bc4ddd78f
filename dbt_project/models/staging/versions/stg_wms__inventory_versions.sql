{{ config(unique_key='read_order', full_refresh=false) }}

{%- set spec -%}
facility_id   integer    $.facility_id.id
item_id       integer    $.item_id.id
location_id   integer    $.location_id.id
container_id  integer    $.container_id.id
curr_qty      decimal    $.curr_qty
status_id     integer    $.status_id
created_at    timestamp  $.create_ts
modified_at   timestamp  $.mod_ts
{%- endset -%}

{{ json_versions(source('wms', 'inventory'), key='inventory_id', spec=spec) }}
