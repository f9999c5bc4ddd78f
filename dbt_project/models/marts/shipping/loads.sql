{%- set so_far = seconds_between('timed.due_at', 'coalesce(timed.done_at, timed.read_until_at)') -%}
with timed as (

    select * from {{ ref('int_load__timed') }}

),

contents as (

    select * from {{ ref('int_load__contents') }}

),

carrier as (

    select * from {{ ref('stg_wms__carrier') }}

),

trailer as (

    select * from {{ ref('stg_wms__trailer') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

final as (

    select
        timed.load_id,
        timed.load_nbr,
        timed.load_type,
        timed.facility_id,
        timed.facility_code,
        timed.company_id,
        company.company_code,
        timed.status_id,
        timed.status_description,
        cast(timed.status_meaning as varchar(30)) as status_meaning,
        timed.carrier_id,
        carrier.carrier_code,
        carrier.carrier_name,
        timed.trailer_id,
        trailer.trailer_nbr,
        trailer.trailer_reg_nbr,
        {%- for column in ['route_nbr', 'bol_nbr', 'pro_nbr', 'seal_nbr', 'appt_nbr', 'dock_nbr'] %}
        timed.{{ column }},
        {%- endfor %}
        {{ to_day(to_facility_time('timed.due_at', 'timed.time_zone')) }} as due_date,
        {{ to_day(to_facility_time('timed.departed_at', 'timed.time_zone')) }} as departed_date,
        timed.planned_arrival_at,
        timed.planned_departure_at,
        timed.planned_delivery_at,
        timed.arrived_at,
        timed.checked_in_at,
        timed.first_load_at,
        timed.last_load_at,
        timed.departed_at,
        {{ seconds_between('timed.arrived_at', 'timed.checked_in_at') }} as yard_seconds,
        {{ seconds_between('timed.arrived_at', 'timed.departed_at') }} as turn_seconds,
        case
            when {{ means('timed.status_meaning', 'cancelled') }} or timed.is_deleted = 1 then 0
            when timed.arrived_at is not null and timed.departed_at is null then 1
            else 0
        end as is_in_yard,
        case when timed.departed_at is not null then 1 else 0 end as is_departed,
        {{ seconds_between('timed.due_at', 'timed.done_at') }} as late_seconds,
        case
            when {{ means('timed.status_meaning', 'cancelled') }} then null
            when {{ so_far }} > {{ var('load_tolerance_minutes') }} * 60 then 0
            when timed.done_at is not null and timed.due_at is not null then 1
        end as is_on_time,
        cast(coalesce(contents.stop_count, 0) as integer) as stop_count,
        cast(coalesce(contents.shipment_count, 0) as integer) as shipment_count,
        cast(coalesce(contents.lpn_count, 0) as integer) as lpn_count,
        timed.total_weight,
        timed.total_volume,
        timed.total_shipping_charge,
        timed.created_at,
        timed.modified_at,
        timed.is_in_scope,
        timed.is_deleted,
        timed.deleted_at,
        timed.loaded_at
    from timed
    left join contents on timed.load_id = contents.load_id
    left join carrier on timed.carrier_id = carrier.carrier_id
    left join trailer on timed.trailer_id = trailer.trailer_id
    left join company on timed.company_id = company.company_id

)

select * from final
