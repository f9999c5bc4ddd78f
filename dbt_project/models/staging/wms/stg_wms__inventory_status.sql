{{ json_entity('inventory_status') }}
