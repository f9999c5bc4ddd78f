{{ json_entity('facility') }}
