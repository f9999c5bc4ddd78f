{{ json_entity('cc_adjustment_status') }}
