{{ json_entity('item_barcode') }}
