-- Every record that was read is in its mart or among the rejected, never in both or in neither.
-- A row names an entity whose counts do not add up.
{%- set entities = {'order_hdr': 'orders', 'order_dtl': 'order_lines', 'allocation': 'allocation_performance'} %}
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
