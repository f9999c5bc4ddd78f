{{ json_entity('ob_stop_dtl') }}
