{{ config(unique_key='ib_shipment_id') }}

{%- set spec -%}
facility_id          integer      $.facility_id.id
company_id           integer      $.company_id.id
shipment_nbr         string(50)   $.shipment_nbr
shipment_type_id     integer      $.shipment_type_id.id
shipment_type_label  string(100)  $.shipment_type_id.key
status_id            integer      $.status_id
ib_load_id           integer      $.load_id.id
origin_facility_id   integer      $.origin_facility_id.id
trailer_type         string(50)   $.trailer_type
manifest_nbr         string(50)   $.manifest_nbr
ref_nbr              string(50)   $.ref_nbr
vendor_info          string(100)  $.vendor_info
origin_info          string(100)  $.origin_info
orig_shipped_units   decimal      $.orig_shipped_units
orig_shipped_lpns    integer      $.orig_shipped_lpns
shipped_date         date         $.shipped_date
first_rcvd_at        timestamp    $.first_rcvd_ts
last_rcvd_at         timestamp    $.last_rcvd_ts
verified_at          timestamp    $.verified_ts
verified_user        string(50)   $.verified_user  personal
created_by           string(30)   $.create_user    personal
created_at           timestamp    $.create_ts
modified_by          string(30)   $.mod_user       personal
modified_at          timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'ib_shipment'), key='ib_shipment_id', spec=spec) }}
