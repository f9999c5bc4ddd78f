{{ json_entity('task') }}
