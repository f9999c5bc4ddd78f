{#- int_shipment__affected reads this table as the last build left it -#}
{%- do build_after('int_shipment__affected') -%}

{%- set so_far = seconds_between(
    'appointment.planned_start_at', 'coalesce(appointment.arrived_at, facility.read_until_at)'
) -%}
with appointment as (

    select * from {{ ref('stg_wms__appointment') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'appointment'

),

load as (

    select * from {{ ref('loads') }}

),

dock as (

    select * from {{ ref('stg_wms__dock') }}

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

final as (

    select
        appointment.appointment_id,
        appointment.appt_nbr,
        appointment.facility_id,
        facility.facility_code,
        appointment.wms_load_id as load_id,
        load.load_nbr,
        load.load_type,
        load.carrier_code,
        load.carrier_name,
        load.trailer_nbr,
        appointment.status_id,
        statuses.status_description,
        cast(coalesce(statuses.meaning, 'unknown') as varchar(30)) as status_meaning,
        dock.dock_nbr as planned_dock_nbr,
        appointment.actual_dock_nbr as dock_nbr,
        {{ to_day(to_facility_time(
            'appointment.planned_start_at', 'coalesce(facility.time_zone, ' ~ default_time_zone() ~ ')'
        )) }} as planned_date,
        appointment.planned_start_at,
        {{ add_days('appointment.planned_start_at', 'coalesce(appointment.duration, 0) / 1440.0') }} as planned_end_at,
        appointment.arrived_at,
        appointment.checkin_at as checked_in_at,
        appointment.checkout_at as checked_out_at,
        {{ seconds_between('appointment.planned_start_at', 'appointment.arrived_at') }} as late_seconds,
        {{ seconds_between('appointment.arrived_at', 'appointment.checkin_at') }} as yard_seconds,
        {{ seconds_between('appointment.checkin_at', 'appointment.checkout_at') }} as dock_seconds,
        case
            when {{ means('statuses.meaning', 'cancelled') }} then null
            when {{ so_far }} > {{ var('load_tolerance_minutes') }} * 60 then 0
            when appointment.arrived_at is not null then 1
        end as is_on_time,
        case
            when {{ means('statuses.meaning', 'cancelled') }} or appointment.is_deleted = 1 then 0
            when appointment.arrived_at is null and appointment.planned_start_at < facility.read_until_at then 1
            else 0
        end as is_missed,
        appointment.estimated_units,
        appointment.created_at,
        appointment.modified_at,
        appointment.is_in_scope,
        appointment.is_deleted,
        appointment.deleted_at,
        appointment.loaded_at
    from appointment
    left join statuses on appointment.status_id = statuses.status_id
    left join load on appointment.wms_load_id = load.load_id
    left join dock on appointment.preferred_dock_id = dock.dock_id
    left join facility on appointment.facility_id = facility.facility_id

)

select * from final
