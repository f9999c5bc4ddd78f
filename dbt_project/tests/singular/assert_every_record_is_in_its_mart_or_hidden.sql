-- Every landed record is either in its mart or hidden in rejected_records. Returns records that are in neither or
-- in both.
{%- set marts = [
    ('order_hdr', 'orders', 'order_id'),
    ('order_dtl', 'order_lines', 'order_dtl_id'),
    ('allocation', 'allocation_performance', 'allocation_id'),
    ('wave', 'wave_progress', 'wave_id'),
    ('facility', 'dim_facility', 'facility_id'),
    ('company', 'dim_company', 'company_id'),
    ('item', 'dim_item', 'item_id'),
    ('location', 'dim_location', 'location_id'),
    ('ib_shipment', 'inbound_shipments', 'ib_shipment_id'),
    ('ib_shipment_dtl', 'receipts', 'ib_shipment_dtl_id'),
] %}
{%- for entity, mart, key in marts %}
{{ records_not_in_mart(entity, mart, key) }}
union all
{%- endfor %}
{#- stock is that of now: what is used up or out of scope is in inventory_movements -#}
{{ records_not_in_mart(
    'inventory', 'inventory_current', 'inventory_id', where='landed.is_deleted = 0 and landed.is_in_scope = 1'
) }}
