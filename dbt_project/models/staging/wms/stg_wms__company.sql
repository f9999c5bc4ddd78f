{{ json_entity('company') }}
