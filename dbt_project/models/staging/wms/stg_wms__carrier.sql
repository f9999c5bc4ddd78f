{{ json_entity('carrier') }}
