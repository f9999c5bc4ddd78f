{{ json_entity('load') }}
