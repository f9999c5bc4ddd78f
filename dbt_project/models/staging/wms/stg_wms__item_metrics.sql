{{ json_entity('item_metrics') }}
