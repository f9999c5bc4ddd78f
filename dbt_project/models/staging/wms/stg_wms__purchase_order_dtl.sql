{{ json_entity('purchase_order_dtl') }}
