with appointment as (

    select * from {{ ref('stg_wms__appointment') }}
    where
        wms_load_id is not null
        and is_deleted = 0

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'appointment'

),

ranked as (

    -- an appointment that was kept counts before one that was not, then the latest
    select
        appointment.*,
        row_number() over (
            partition by appointment.wms_load_id
            order by
                case when appointment.arrived_at is null then 1 else 0 end,
                appointment.planned_start_at desc,
                appointment.appointment_id desc
        ) as place
    from appointment
    left join statuses on appointment.status_id = statuses.status_id
    where not {{ means('statuses.meaning', 'cancelled') }}

),

final as (

    select
        wms_load_id as load_id,
        appointment_id,
        appt_nbr,
        planned_start_at,
        duration,
        arrived_at,
        checkin_at,
        checkout_at,
        actual_dock_nbr
    from ranked
    where place = 1

)

select * from final
