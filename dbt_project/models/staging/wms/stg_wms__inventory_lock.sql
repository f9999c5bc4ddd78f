{{ json_entity('inventory_lock') }}
