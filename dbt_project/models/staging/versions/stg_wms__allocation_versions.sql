{{ json_versions('allocation') }}
