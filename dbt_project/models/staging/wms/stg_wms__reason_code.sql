{{ json_entity('reason_code') }}
