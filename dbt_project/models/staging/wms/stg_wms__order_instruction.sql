{{ json_entity('order_instruction') }}
