{{ config(unique_key='order_hdr_id') }}

{%- set spec -%}
facility_id                 integer      $.facility_id.id
facility_key                string(100)  $.facility_id.key
company_id                  integer      $.company_id.id
order_nbr                   string(50)   $.order_nbr
order_type_id               integer      $.order_type_id.id
order_type_label            string(100)  $.order_type_id.key
status_id                   integer      $.status_id
ord_date                    date         $.ord_date
exp_date                    date         $.exp_date
req_ship_date               date         $.req_ship_date
start_ship_date             date         $.start_ship_date
stop_ship_date              date         $.stop_ship_date
sched_ship_date             date         $.sched_ship_date
order_shipped_at            timestamp    $.order_shipped_ts
dest_facility_id            integer      $.dest_facility_id.id
shipto_facility_id          integer      $.shipto_facility_id.id
destination_company_id      integer      $.destination_company_id.id
dest_dept_nbr               string(50)   $.dest_dept_nbr
cust_name                   string(100)  $.cust_name         personal
cust_addr                   string(100)  $.cust_addr         personal
cust_addr2                  string(100)  $.cust_addr2        personal
cust_addr3                  string(100)  $.cust_addr3        personal
cust_city                   string(100)  $.cust_city         personal
cust_state                  string(50)   $.cust_state        personal
cust_zip                    string(30)   $.cust_zip          personal
cust_country                string(50)   $.cust_country      personal
cust_phone_nbr              string(50)   $.cust_phone_nbr    personal
cust_email                  string(100)  $.cust_email        personal
cust_nbr                    string(50)   $.cust_nbr          personal
cust_contact                string(100)  $.cust_contact      personal
shipto_name                 string(100)  $.shipto_name       personal
shipto_addr                 string(100)  $.shipto_addr       personal
shipto_addr2                string(100)  $.shipto_addr2      personal
shipto_addr3                string(100)  $.shipto_addr3      personal
shipto_city                 string(100)  $.shipto_city       personal
shipto_state                string(50)   $.shipto_state      personal
shipto_zip                  string(30)   $.shipto_zip        personal
shipto_country              string(50)   $.shipto_country    personal
shipto_phone_nbr            string(50)   $.shipto_phone_nbr  personal
shipto_email                string(100)  $.shipto_email      personal
shipto_contact              string(100)  $.shipto_contact    personal
ship_via_id                 integer      $.ship_via_id.id
ship_via_label              string(100)  $.ship_via_id.key
ship_via_ref_code           string(50)   $.ship_via_ref_code
route_nbr                   string(50)   $.route_nbr
external_route              string(50)   $.external_route
stage_location_id           integer      $.stage_location_id.id
carrier_account_nbr         string(50)   $.carrier_account_nbr
billto_carrier_account_nbr  string(50)   $.billto_carrier_account_nbr
duties_carrier_account_nbr  string(50)   $.duties_carrier_account_nbr
payment_method_id           integer      $.payment_method_id.id
duties_payment_method_id    integer      $.duties_payment_method_id.id
customs_broker_contact_id   integer      $.customs_broker_contact_id.id
is_stop_ship                boolean      $.stop_ship_flg
tms_parcel_shipment_nbr     string(50)   $.tms_parcel_shipment_nbr
tms_order_hdr_ref           string(100)  $.tms_order_hdr_ref
is_externally_planned_load  boolean      $.externally_planned_load_flg
ref_nbr                     string(50)   $.ref_nbr
sales_order_nbr             string(50)   $.sales_order_nbr
sales_channel               string(50)   $.sales_channel
customer_po_nbr             string(50)   $.customer_po_nbr
customer_po_type            string(50)   $.customer_po_type
customer_vendor_code        string(50)   $.customer_vendor_code
host_allocation_nbr         string(50)   $.host_allocation_nbr
currency_code               string(10)   $.currency_code
gift_msg                    string(500)  $.gift_msg          personal
priority                    integer      $.priority
vas_group_code              string(50)   $.vas_group_code
spl_instr                   string(500)  $.spl_instr
record_origin_code          string(50)   $.record_origin_code
group_ref                   string(50)   $.group_ref
erp_source_hdr_ref          string(100)  $.erp_source_hdr_ref
erp_source_system_ref       string(100)  $.erp_source_system_ref
total_orig_ord_qty          decimal      $.total_orig_ord_qty
orig_sku_count              integer      $.orig_sku_count
orig_sale_price             decimal      $.orig_sale_price
ob_lpn_type                 string(50)   $.ob_lpn_type
ob_lpn_type_id              integer      $.ob_lpn_type_id.id
lpn_type_class              string(50)   $.lpn_type_class
work_order_kit_id           integer      $.work_order_kit_id.id
order_nbr_to_replace        string(50)   $.order_nbr_to_replace
created_by                  string(30)   $.create_user       personal
created_at                  timestamp    $.create_ts
modified_by                 string(30)   $.mod_user          personal
modified_at                 timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'order_hdr'), key='order_hdr_id', spec=spec) }}
