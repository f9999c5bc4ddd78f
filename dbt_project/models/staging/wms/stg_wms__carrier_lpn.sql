{{ json_entity('carrier_lpn') }}
