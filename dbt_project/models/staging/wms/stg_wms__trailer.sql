{{ json_entity('trailer') }}
