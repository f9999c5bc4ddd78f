{{ json_entity('pallet') }}
