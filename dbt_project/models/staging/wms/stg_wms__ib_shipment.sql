{{ json_entity('ib_shipment') }}
