{{ json_versions('order_dtl') }}
