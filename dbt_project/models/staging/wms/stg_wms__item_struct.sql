{{ json_entity('item_struct') }}
