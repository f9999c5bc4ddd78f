{{ assessed('order_hdr') }}
