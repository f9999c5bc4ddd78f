{{ json_entity('order_type') }}
