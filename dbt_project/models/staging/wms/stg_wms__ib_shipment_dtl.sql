{{ config(unique_key='ib_shipment_dtl_id') }}

{%- set spec -%}
ib_shipment_id             integer     $.ib_shipment_id.id
seq_nbr                    integer     $.seq_nbr
item_id                    integer     $.item_id.id
po_dtl_id                  integer     $.po_dtl_id.id
container_nbr              string(50)  $.container_nbr
container_id               integer     $.container_id.id
pallet_nbr                 string(50)  $.pallet_nbr
batch_nbr                  string(50)  $.batch_nbr
expiry_date                date        $.expiry_date
priority_date              date        $.priority_date
shipped_qty                decimal     $.shipped_qty
received_qty               decimal     $.received_qty
invn_attr_id               integer     $.invn_attr_id.id
putawaytype_id             integer     $.putawaytype_id.id
lpn_weight                 decimal     $.lpn_weight
lpn_volume                 decimal     $.lpn_volume
lpn_length                 decimal     $.lpn_length
lpn_width                  decimal     $.lpn_width
lpn_height                 decimal     $.lpn_height
is_lpn_is_physical_pallet  boolean     $.lpn_is_physical_pallet_flg
is_recv                    boolean     $.recv_flg
created_by                 string(30)  $.create_user  personal
created_at                 timestamp   $.create_ts
modified_by                string(30)  $.mod_user     personal
modified_at                timestamp   $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'ib_shipment_dtl'), key='ib_shipment_dtl_id', spec=spec) }}
