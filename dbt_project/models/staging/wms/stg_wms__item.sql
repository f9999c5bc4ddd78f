{{ json_entity('item') }}
