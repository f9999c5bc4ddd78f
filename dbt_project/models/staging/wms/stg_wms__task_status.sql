{{ json_entity('task_status') }}
