{{ json_entity('order_hdr') }}
