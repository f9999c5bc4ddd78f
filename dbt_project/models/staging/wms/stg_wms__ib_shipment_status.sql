{{ json_entity('ib_shipment_status') }}
