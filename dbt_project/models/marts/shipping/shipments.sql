{%- do build_after('int_lot_trace__affected') -%}

with shipped as (

    select * from {{ ref('int_container__shipped') }}
    {{ only_affected('container_id', 'int_shipment__affected') }}

),

orders as (

    select * from {{ ref('orders') }}

),

load as (

    select * from {{ ref('int_load__timed') }}

),

service as (

    select * from {{ ref('stg_wms__ship_via') }}

),

carrier as (

    select * from {{ ref('stg_wms__carrier') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

dated as (

    -- the departure of the truck counts; without a load, the time at which the order was shipped
    select
        shipped.*,
        facility.facility_code,
        orders.order_nbr,
        orders.company_code,
        orders.due_date,
        load.load_nbr,
        coalesce(load.carrier_id, service.carrier_id) as carrier_id,
        carrier.carrier_code,
        carrier.carrier_name,
        service.ship_via_code,
        service.ship_via_description,
        coalesce(load.departed_at, orders.shipped_at) as shipped_at,
        {{ to_day(to_facility_time(
            'coalesce(load.departed_at, orders.shipped_at)', 'coalesce(facility.time_zone, ' ~ default_time_zone() ~ ')'
        )) }} as shipped_date
    from shipped
    left join orders on shipped.order_id = orders.order_id
    left join load on shipped.load_id = load.load_id
    left join service on shipped.ship_via_id = service.ship_via_id
    left join carrier on coalesce(load.carrier_id, service.carrier_id) = carrier.carrier_id
    left join facility on shipped.facility_id = facility.facility_id

),

final as (

    select
        {%- for column in [
            'container_id', 'container_nbr', 'pallet_nbr', 'facility_id', 'facility_code', 'company_id', 'company_code',
            'status_description',
        ] %}
        dated.{{ column }},
        {%- endfor %}
        cast(dated.status_meaning as varchar(30)) as status_meaning,
        dated.order_id,
        dated.order_nbr,
        cast(dated.order_count as integer) as order_count,
        cast(dated.line_count as integer) as line_count,
        cast(dated.packed_qty as decimal(19, 6)) as packed_qty,
        {%- for column in [
            'load_id', 'load_nbr', 'stop_seq_nbr', 'carrier_id', 'carrier_code', 'carrier_name', 'ship_via_code',
            'ship_via_description', 'tracking_nbr', 'rate', 'weight', 'due_date', 'shipped_date', 'shipped_at',
            'est_delivery_at',
        ] %}
        dated.{{ column }},
        {%- endfor %}
        case when dated.shipped_date <= dated.due_date then 1 when dated.shipped_date > dated.due_date then 0 end
            as is_on_time,
        {%- for column in ['created_at', 'modified_at', 'is_in_scope', 'is_deleted', 'deleted_at'] %}
        dated.{{ column }},
        {%- endfor %}
        dated.loaded_at
    from dated

)

select * from final
