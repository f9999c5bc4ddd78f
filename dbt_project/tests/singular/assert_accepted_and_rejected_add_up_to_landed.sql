-- Every record that was read is in its mart, or among the accepted of its entity, or among the rejected; never in both.
-- A row names an entity whose counts do not add up.
{%- set entities = {
    'order_hdr': 'orders',
    'order_dtl': 'order_lines',
    'allocation': 'allocation_performance',
    'inventory': 'int_inventory__accepted',
    'ib_shipment': 'int_ib_shipment__accepted',
    'ib_shipment_dtl': 'int_ib_shipment_dtl__accepted',
} %}
with counts as (
    {%- for entity, mart in entities.items() %}
    select
        '{{ entity }}' as entity,
        (select count(*) from {{ ref('stg_wms__' ~ entity) }}) as landed,
        (select count(*) from {{ ref(mart) }}) as accepted,
        (
            select count(distinct entity_id)
            from {{ ref('rejected_records') }}
            where entity = '{{ entity }}' and severity = 'error'
        ) as rejected
    {{ from_dual() }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    entity,
    landed,
    accepted,
    rejected
from counts
where landed <> accepted + rejected
