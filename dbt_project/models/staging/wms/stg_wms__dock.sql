{{ json_entity('dock') }}
