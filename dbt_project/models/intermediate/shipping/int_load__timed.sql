with load as (

    select * from {{ ref('stg_wms__load') }}

),

appointment as (

    select * from {{ ref('int_load__appointments') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'load'

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

timed as (

    select
        load.wms_load_id as load_id,
        load.load_nbr,
        load.load_type,
        load.facility_id,
        facility.facility_code,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        facility.read_until_at,
        load.company_id,
        load.status_id,
        statuses.status_description,
        coalesce(statuses.meaning, 'unknown') as status_meaning,
        load.carrier_id,
        load.trailer_id,
        load.route_nbr,
        load.bol_nbr,
        load.pro_nbr,
        load.seal_nbr,
        appointment.appt_nbr,
        appointment.actual_dock_nbr as dock_nbr,
        appointment.planned_start_at as planned_arrival_at,
        load.est_departure_at as planned_departure_at,
        load.sched_delivery_at as planned_delivery_at,
        coalesce(load.act_arrival_at, appointment.arrived_at) as arrived_at,
        appointment.checkin_at as checked_in_at,
        load.first_load_at,
        load.last_load_at,
        coalesce(load.act_departure_at, appointment.checkout_at) as departed_at,
        load.total_weight,
        load.total_volume,
        load.total_shipping_charge,
        load.created_at,
        load.modified_at,
        load.is_deleted,
        load.deleted_at,
        load.is_in_scope,
        load.loaded_at
    from load
    left join appointment on load.wms_load_id = appointment.load_id
    left join statuses on load.status_id = statuses.status_id
    left join facility on load.facility_id = facility.facility_id

),

final as (

    -- an outbound load must leave in time, an inbound one must arrive in time
    select
        timed.*,
        case when timed.load_type = 'I' then timed.planned_arrival_at else timed.planned_departure_at end as due_at,
        case when timed.load_type = 'I' then timed.arrived_at else timed.departed_at end as done_at
    from timed

)

select * from final
