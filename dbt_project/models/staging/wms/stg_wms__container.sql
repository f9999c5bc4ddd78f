{{ config(unique_key='container_id') }}

{%- set spec -%}
facility_id              integer      $.facility_id.id
company_id               integer      $.company_id.id
container_nbr            string(50)   $.container_nbr
container_type           string(10)   $.type
status_id                integer      $.status_id
vas_status_id            integer      $.vas_status_id
audit_status_id          integer      $.audit_status_id
qc_status_id             integer      $.qc_status_id
curr_location_id         integer      $.curr_location_id.id
prev_location_id         integer      $.prev_location_id.id
priority_date            date         $.priority_date
pallet_id                integer      $.pallet_id.id
pallet_position          string(30)   $.pallet_position
rcvd_shipment_id         integer      $.rcvd_shipment_id.id
rcvd_at                  timestamp    $.rcvd_ts
rcvd_user                string(50)   $.rcvd_user    personal
rcvd_trailer_nbr         string(50)   $.rcvd_trailer_nbr
weight                   decimal      $.weight
volume                   decimal      $.volume
length                   decimal      $.length
width                    decimal      $.width
height                   decimal      $.height
is_actual_weight         boolean      $.actual_weight_flg
pick_user                string(50)   $.pick_user    personal
pack_user                string(50)   $.pack_user    personal
putawaytype_id           integer      $.putawaytype_id.id
ref_iblpn_nbr            string(50)   $.ref_iblpn_nbr
ref_shipment_nbr         string(50)   $.ref_shipment_nbr
ref_po_nbr               string(50)   $.ref_po_nbr
ref_oblpn_nbr            string(50)   $.ref_oblpn_nbr
first_putaway_at         timestamp    $.first_putaway_ts
is_parcel_batch          boolean      $.parcel_batch_flg
lpn_type_id              integer      $.lpn_type_id.id
cart_posn_nbr            string(30)   $.cart_posn_nbr
cart_nbr                 string(50)   $.cart_nbr
asset_id                 integer      $.asset_id.id
asset_seal_nbr           string(50)   $.asset_seal_nbr
is_price_labels_printed  boolean      $.price_labels_printed
container_comments       string(500)  $.comments
orig_container_nbr       string(50)   $.orig_container_nbr
nbr_files                integer      $.nbr_files
created_by               string(30)   $.create_user  personal
created_at               timestamp    $.create_ts
modified_by              string(30)   $.mod_user     personal
modified_at              timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'container'), key='container_id', spec=spec) }}
