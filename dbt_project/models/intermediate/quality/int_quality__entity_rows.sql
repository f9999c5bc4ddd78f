{%- set entities = [
    'facility', 'company', 'item', 'location', 'order_hdr', 'order_dtl', 'allocation', 'inventory', 'ib_shipment',
    'ib_shipment_dtl',
] -%}
with counted as (
    {%- for entity in entities %}
    select
        cast('{{ entity }}' as varchar(50)) as entity,
        count(*) as staged_count,
        count(case when is_deleted = 0 and is_in_scope = 1 then 1 end) as current_count
    from {{ ref('stg_wms__' ~ entity) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from counted
