with entries as (

    select * from {{ ref('stg_wms__track_record') }}
    where
        is_deleted = 0
        and created_at is not null

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

paired as (

    -- a shift lasts from clocking in to the next entry of the person
    select
        entries.facility_id,
        entries.user_label as user_name,
        upper(entries.in_out) as in_out,
        entries.created_at as clocked_at,
        lead(entries.created_at) over (
            partition by entries.facility_id, entries.cw_user_id
            order by entries.created_at, entries.track_record_id
        ) as next_at,
        lead(upper(entries.in_out)) over (
            partition by entries.facility_id, entries.cw_user_id
            order by entries.created_at, entries.track_record_id
        ) as next_in_out
    from entries

),

shifts as (

    select
        paired.facility_id,
        paired.user_name,
        {{ to_day(to_facility_time(
            'paired.clocked_at', 'coalesce(facility.time_zone, ' ~ default_time_zone() ~ ')'
        )) }} as business_date,
        {{ seconds_between('paired.clocked_at', 'paired.next_at') }} as clocked_seconds
    from paired
    left join facility on paired.facility_id = facility.facility_id
    where
        paired.in_out = 'IN'
        and paired.next_in_out = 'OUT'

),

final as (

    -- longer than a day: the entry of clocking out is missing
    select
        facility_id,
        user_name,
        business_date,
        sum(clocked_seconds) as clocked_seconds
    from shifts
    where clocked_seconds between 0 and 86400
    group by facility_id, user_name, business_date

)

select * from final
