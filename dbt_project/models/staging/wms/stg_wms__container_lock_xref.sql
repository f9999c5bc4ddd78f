{{ json_entity('container_lock_xref') }}
