{{ json_entity('item_hierarchy_defn') }}
