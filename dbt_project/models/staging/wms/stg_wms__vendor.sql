{{ json_entity('vendor') }}
