{{ json_entity('allocation_status') }}
