{{ config(unique_key='location_id') }}

{%- set spec -%}
facility_id                    integer      $.facility_id.id
dedicated_company_id           integer      $.dedicated_company_id.id
destination_company_id         integer      $.destination_company_id.id
area                           string(30)   $.area
aisle                          string(30)   $.aisle
bay                            string(30)   $.bay
location_level                 string(30)   $.level
location_position              string(30)   $.position
bin                            string(30)   $.bin
locn_str                       string(100)  $.locn_str
barcode                        string(50)   $.barcode
type_id                        integer      $.type_id.id
type_label                     string(100)  $.type_id.key
locn_size_type_id              integer      $.locn_size_type_id.id
is_allow_multi_sku             boolean      $.allow_multi_sku
length                         decimal      $.length
width                          decimal      $.width
height                         decimal      $.height
max_units                      decimal      $.max_units
min_units                      decimal      $.min_units
max_lpns                       integer      $.max_lpns
min_volume                     decimal      $.min_volume
max_volume                     decimal      $.max_volume
min_weight                     decimal      $.min_weight
max_weight                     decimal      $.max_weight
is_to_be_counted               boolean      $.to_be_counted_flg
to_be_counted_at               timestamp    $.to_be_counted_ts
last_count_at                  timestamp    $.last_count_ts
last_count_user                string(50)   $.last_count_user  personal
lock_code_id                   integer      $.lock_code_id.id
is_lock_for_putaway            boolean      $.lock_for_putaway_flg
lock_applied_at                timestamp    $.lock_applied_ts
pick_seq                       string(50)   $.pick_seq
putaway_seq                    string(50)   $.putaway_seq
is_allow_reserve_partial_pick  boolean      $.allow_reserve_partial_pick_flg
alloc_zone                     string(50)   $.alloc_zone
pick_zone                      string(50)   $.pick_zone
replenishment_zone_id          integer      $.replenishment_zone_id.id
task_zone_id                   integer      $.task_zone_id.id
is_restrict_batch_nbr          boolean      $.restrict_batch_nbr_flg
is_restrict_invn_attr          boolean      $.restrict_invn_attr_flg
item_assignment_type_id        integer      $.item_assignment_type_id.id
item_id                        integer      $.item_id.id
mhe_system_id                  integer      $.mhe_system_id.id
divert_lane                    string(50)   $.divert_lane
in_transit_units               decimal      $.in_transit_units
is_assembly                    boolean      $.assembly_flg
billing_location_type          string(50)   $.billing_location_type
cc_threshold_uom_id            integer      $.cc_threshold_uom_id.id
cc_threshold_value             decimal      $.cc_threshold_value
x_coordinate                   decimal      $.x_coordinate
y_coordinate                   decimal      $.y_coordinate
z_coordinate                   decimal      $.z_coordinate
ranking                        integer      $.ranking
created_by                     string(30)   $.create_user      personal
created_at                     timestamp    $.create_ts
modified_by                    string(30)   $.mod_user         personal
modified_at                    timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'location'), key='location_id', spec=spec) }}
