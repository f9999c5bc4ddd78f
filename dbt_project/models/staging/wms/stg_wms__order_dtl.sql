{{ json_entity('order_dtl') }}
