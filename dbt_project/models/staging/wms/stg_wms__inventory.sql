{{ config(unique_key='inventory_id') }}

{%- set spec -%}
facility_id       integer      $.facility_id.id
item_id           integer      $.item_id.id
location_id       integer      $.location_id.id
container_id      integer      $.container_id.id
priority_date     date         $.priority_date
manufacture_date  date         $.manufacture_date
expiry_date       date         $.expiry_date
curr_qty          decimal      $.curr_qty
orig_qty          decimal      $.orig_qty
pack_qty          decimal      $.pack_qty
case_qty          decimal      $.case_qty
status_id         integer      $.status_id
batch_number_id   integer      $.batch_number_id.id
invn_attr_id      integer      $.invn_attr_id.id
uom_id            integer      $.uom_id.id
uom_label         string(100)  $.uom_id.key
created_by        string(30)   $.create_user  personal
created_at        timestamp    $.create_ts
modified_by       string(30)   $.mod_user     personal
modified_at       timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'inventory'), key='inventory_id', spec=spec) }}
