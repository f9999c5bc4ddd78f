{{ json_versions('inventory') }}
