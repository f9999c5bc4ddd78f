{{ assessed('ib_shipment_dtl') }}
