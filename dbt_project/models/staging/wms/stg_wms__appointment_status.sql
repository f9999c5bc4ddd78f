{{ json_entity('appointment_status') }}
