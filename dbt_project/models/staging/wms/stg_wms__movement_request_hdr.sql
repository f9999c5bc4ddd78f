{{ json_entity('movement_request_hdr') }}
