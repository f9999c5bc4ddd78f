{{ json_entity('order_lock') }}
