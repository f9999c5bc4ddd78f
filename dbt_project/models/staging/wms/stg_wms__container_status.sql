{{ json_entity('container_status') }}
