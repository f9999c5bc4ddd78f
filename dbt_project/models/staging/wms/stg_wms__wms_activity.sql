{{ json_entity('wms_activity') }}
