{{ json_entity('inventory') }}
