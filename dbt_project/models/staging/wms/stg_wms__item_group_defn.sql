{{ json_entity('item_group_defn') }}
