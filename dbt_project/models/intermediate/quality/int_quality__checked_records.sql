with order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

order_dtl as (

    select
        order_dtl.*,
        order_hdr.facility_id
    from {{ ref('stg_wms__order_dtl') }} order_dtl
    left join order_hdr on order_dtl.order_id = order_hdr.order_hdr_id

),

allocation as (

    select
        allocation.*,
        order_dtl.facility_id
    from {{ ref('stg_wms__allocation') }} allocation
    left join order_dtl on allocation.order_dtl_id = order_dtl.order_dtl_id

),

inventory as (

    select * from {{ ref('stg_wms__inventory') }}

),

ib_shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

ib_shipment_dtl as (

    select
        ib_shipment_dtl.*,
        ib_shipment.facility_id
    from {{ ref('stg_wms__ib_shipment_dtl') }} ib_shipment_dtl
    left join ib_shipment on ib_shipment_dtl.ib_shipment_id = ib_shipment.ib_shipment_id

),

item as (

    select
        stg_item.*,
        cast(null as {{ dbt.type_bigint() }}) as facility_id
    from {{ ref('stg_wms__item') }} stg_item

),

location as (

    select * from {{ ref('stg_wms__location') }}

),

unioned as (
    {%- for entity in [
        'order_hdr', 'order_dtl', 'allocation', 'inventory', 'ib_shipment', 'ib_shipment_dtl', 'item', 'location'
    ] %}
    select
        cast('{{ entity }}' as varchar(50)) as entity,
        {{ entity }}_id as entity_id,
        facility_id,
        coalesce(created_at, loaded_at) as created_at,
        is_deleted,
        is_in_scope
    from {{ entity }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from unioned
