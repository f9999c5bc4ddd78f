{{ config(unique_key='item_id') }}

{%- set spec -%}
company_id                       integer      $.company_id.id
item_code                        string(50)   $.code
item_alternate_code              string(50)   $.item_alternate_code
part_a                           string(50)   $.part_a
part_b                           string(50)   $.part_b
part_c                           string(50)   $.part_c
part_d                           string(50)   $.part_d
part_e                           string(50)   $.part_e
part_f                           string(50)   $.part_f
barcode                          string(50)   $.barcode
item_description                 string(250)  $.description
short_descr                      string(100)  $.short_descr
unit_cost                        decimal      $.unit_cost
unit_length                      decimal      $.unit_length
unit_width                       decimal      $.unit_width
unit_height                      decimal      $.unit_height
unit_weight                      decimal      $.unit_weight
unit_volume                      decimal      $.unit_volume
hazmat                           string(50)   $.hazmat
season                           string(50)   $.season
brand                            string(50)   $.brand
retail_price                     decimal      $.retail_price
net_cost                         decimal      $.net_cost
currency_code                    string(10)   $.currency_code
std_pack_qty                     decimal      $.std_pack_qty
std_case_qty                     decimal      $.std_case_qty
max_case_qty                     decimal      $.max_case_qty
hierarchy1_code                  string(50)   $.hierarchy1_code
hierarchy2_code                  string(50)   $.hierarchy2_code
hierarchy3_code                  string(50)   $.hierarchy3_code
hierarchy4_code                  string(50)   $.hierarchy4_code
hierarchy5_code                  string(50)   $.hierarchy5_code
hierarchy1_description           string(100)  $.hierarchy1_description
hierarchy2_description           string(100)  $.hierarchy2_description
hierarchy3_description           string(100)  $.hierarchy3_description
hierarchy4_description           string(100)  $.hierarchy4_description
hierarchy5_description           string(100)  $.hierarchy5_description
group_code                       string(50)   $.group_code
external_style                   string(50)   $.external_style
putaway_type                     string(50)   $.putaway_type
is_conveyable                    boolean      $.conveyable
is_sortable                      boolean      $.sortable
velocity_code                    string(20)   $.velocity_code
product_life                     integer      $.product_life
percent_acceptable_product_life  decimal      $.percent_acceptable_product_life
lpns_per_tier                    integer      $.lpns_per_tier
tiers_per_pallet                 integer      $.tiers_per_pallet
is_req_batch_nbr                 boolean      $.req_batch_nbr_flg
packing_tolerance_percent        decimal      $.packing_tolerance_percent
serial_nbr_tracking              integer      $.serial_nbr_tracking
is_handle_decimal_qty            boolean      $.handle_decimal_qty_flg
is_host_aware_item               boolean      $.host_aware_item_flg
is_dummy_sku                     boolean      $.dummy_sku_flg
created_by                       string(30)   $.create_user  personal
created_at                       timestamp    $.create_ts
modified_by                      string(30)   $.mod_user     personal
modified_at                      timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'item'), key='item_id', spec=spec) }}
