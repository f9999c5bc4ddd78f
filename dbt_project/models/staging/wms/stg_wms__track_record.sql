{{ json_entity('track_record') }}
