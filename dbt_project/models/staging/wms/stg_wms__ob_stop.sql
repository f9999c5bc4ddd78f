{{ json_entity('ob_stop') }}
