{{ assessed('ib_shipment') }}
