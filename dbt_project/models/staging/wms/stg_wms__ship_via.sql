{{ json_entity('ship_via') }}
