{{ json_entity('item_facility') }}
