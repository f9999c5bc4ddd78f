{{ json_entity('location') }}
