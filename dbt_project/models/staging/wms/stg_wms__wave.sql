{{ json_entity('wave') }}
