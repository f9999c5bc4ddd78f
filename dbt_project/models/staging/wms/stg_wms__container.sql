{{ json_entity('container') }}
