{{ json_entity('inventory_history') }}
