{{ json_entity('order_status') }}
