{{ json_versions('order_hdr') }}
