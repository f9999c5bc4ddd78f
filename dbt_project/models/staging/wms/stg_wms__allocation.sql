{{ json_entity('allocation') }}
