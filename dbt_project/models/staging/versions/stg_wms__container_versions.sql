{{ json_versions('container') }}
