{{ json_entity('purchase_order_status') }}
