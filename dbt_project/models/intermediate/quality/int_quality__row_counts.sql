{%- set entities = [
    'company', 'facility', 'item', 'location', 'order_hdr', 'order_dtl', 'allocation', 'inventory', 'container',
    'ib_shipment', 'ib_shipment_dtl', 'wave', 'task',
] -%}
with counted as (
    {%- for entity in entities %}
    select
        cast('{{ entity }}' as varchar(50)) as entity,
        (select count(distinct entity_id) from {{ raw_versions(source('wms', entity)) }}) as landed_count,
        (select count(*) from {{ ref('stg_wms__' ~ entity) }}) as staged_count,
        (select count(case when is_deleted = 1 then 1 end) from {{ ref('stg_wms__' ~ entity) }}) as deleted_count
    {{ from_dual() }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from counted
