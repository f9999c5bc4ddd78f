{{ json_entity('wave_status') }}
