{{ json_entity('batch_number') }}
