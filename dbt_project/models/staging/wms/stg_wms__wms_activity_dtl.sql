{{ json_entity('wms_activity_dtl') }}
