{{ json_entity('load_status') }}
