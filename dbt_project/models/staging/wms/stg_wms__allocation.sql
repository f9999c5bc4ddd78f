{{ config(unique_key='allocation_id') }}

{%- set spec -%}
order_dtl_id       integer      $.order_dtl_id.id
from_inventory_id  integer      $.from_inventory_id.id
to_inventory_id    integer      $.to_inventory_id.id
status_id          integer      $.status_id
type_id            integer      $.type_id.id
type_label         string(100)  $.type_id.key
alloc_qty          decimal      $.alloc_qty
packed_qty         decimal      $.packed_qty
alloc_uom_id       integer      $.alloc_uom_id.id
alloc_uom_label    string(100)  $.alloc_uom_id.key
cartonize_uom_id   integer      $.cartonize_uom_id.id
wave_id            integer      $.wave_id.id
task_id            integer      $.task_id.id
task_seq_nbr       integer      $.task_seq_nbr
mhe_system_id      integer      $.mhe_system_id.id
ob_lpn_type_id     integer      $.ob_lpn_type_id.id
pick_user          string(30)   $.pick_user    personal
picked_at          timestamp    $.picked_ts
pick_locn_str      string(100)  $.pick_locn_str
final_oblpn_nbr    string(30)   $.final_oblpn_nbr
is_picking         boolean      $.is_picking_flg
created_by         string(30)   $.create_user  personal
created_at         timestamp    $.create_ts
modified_by        string(30)   $.mod_user     personal
modified_at        timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'allocation'), key='allocation_id', spec=spec) }}
