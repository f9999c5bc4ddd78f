{{ json_entity('inventory_attribute') }}
