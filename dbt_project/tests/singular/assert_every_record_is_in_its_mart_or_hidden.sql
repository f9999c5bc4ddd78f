-- Every record that was landed is in its mart, or among the hidden of rejected_records, and never in both. A row names one that is not.
{%- set marts = [
    ('order_hdr', 'orders', 'order_id'),
    ('order_dtl', 'order_lines', 'order_dtl_id'),
    ('allocation', 'allocation_performance', 'allocation_id'),
    ('wave', 'wave_progress', 'wave_id'),
    ('facility', 'dim_facility', 'facility_id'),
    ('company', 'dim_company', 'company_id'),
    ('item', 'dim_item', 'item_id'),
    ('location', 'dim_location', 'location_id'),
] %}
{%- for entity, mart, key in marts %}
{{ records_not_in_mart(entity, mart, key) }}
{{- 'union all' if not loop.last }}
{%- endfor %}
