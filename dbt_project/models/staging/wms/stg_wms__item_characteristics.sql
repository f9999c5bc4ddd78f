{{ json_entity('item_characteristics') }}
