{{ json_entity('appointment') }}
