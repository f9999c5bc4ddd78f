{{ config(unique_key='order_dtl_id') }}

{%- set spec -%}
order_id                           integer      $.order_id.id
seq_nbr                            integer      $.seq_nbr
item_id                            integer      $.item_id.id
ord_qty                            decimal      $.ord_qty
orig_ord_qty                       decimal      $.orig_ord_qty
alloc_qty                          decimal      $.alloc_qty
status_id                          integer      $.status_id
uom_id                             integer      $.uom_id.id
uom_label                          string(100)  $.uom_id.key
ordered_uom_id                     integer      $.ordered_uom_id.id
ordered_uom_qty                    decimal      $.ordered_uom_qty
req_cntr_nbr                       string(50)   $.req_cntr_nbr
req_pallet_nbr                     string(50)   $.req_pallet_nbr
po_nbr                             string(50)   $.po_nbr
shipment_nbr                       string(50)   $.shipment_nbr
dest_facility_attr_a               string(50)   $.dest_facility_attr_a
dest_facility_attr_b               string(50)   $.dest_facility_attr_b
dest_facility_attr_c               string(50)   $.dest_facility_attr_c
ref_nbr_1                          string(50)   $.ref_nbr_1
vas_activity_code                  string(50)   $.vas_activity_code
cost                               decimal      $.cost
sale_price                         decimal      $.sale_price
unit_declared_value                decimal      $.unit_declared_value
host_ob_lpn_nbr                    string(50)   $.host_ob_lpn_nbr
spl_instr                          string(500)  $.spl_instr
batch_number_id                    integer      $.batch_number_id.id
invn_attr_id                       integer      $.invn_attr_id.id
lock_code                          string(50)   $.lock_code
serial_nbr                         string(50)   $.serial_nbr
voucher_nbr                        string(50)   $.voucher_nbr
voucher_amount                     decimal      $.voucher_amount
voucher_exp_date                   date         $.voucher_exp_date
voucher_print_count                integer      $.voucher_print_count
ship_request_line                  string(50)   $.ship_request_line
externally_planned_load_nbr        string(50)   $.externally_planned_load_nbr
internal_text_field_1              string(250)  $.internal_text_field_1
orig_item_code                     string(50)   $.orig_item_code
erp_source_line_ref                string(100)  $.erp_source_line_ref
erp_source_shipment_ref            string(100)  $.erp_source_shipment_ref
erp_fulfillment_line_ref           integer      $.erp_fulfillment_line_ref
min_shipping_tolerance_percentage  decimal      $.min_shipping_tolerance_percentage
max_shipping_tolerance_percentage  decimal      $.max_shipping_tolerance_percentage
order_dtl_original_seq_nbr         integer      $.order_dtl_original_seq_nbr
ob_lpn_type_id                     integer      $.ob_lpn_type_id.id
planned_parcel_shipment_nbr        string(50)   $.planned_parcel_shipment_nbr
orig_order_ref_id                  integer      $.orig_order_ref_id.id
created_by                         string(30)   $.create_user  personal
created_at                         timestamp    $.create_ts
modified_by                        string(30)   $.mod_user     personal
modified_at                        timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'order_dtl'), key='order_dtl_id', spec=spec) }}
