{{ json_entity('uom') }}
