with work as (

    select * from {{ ref('int_activity__work') }}
    where user_name is not null

),

clocked as (

    select * from {{ ref('int_person__clocked') }}

),

summed as (

    select
        facility_id,
        facility_code,
        business_date,
        user_name,
        activity_kind,
        max(activity_description) as activity_description,
        count(*) as activity_count,
        sum(line_count) as line_count,
        sum(units) as units,
        sum(active_seconds) as active_seconds
    from work
    group by facility_id, facility_code, business_date, user_name, activity_kind

),

shared as (

    select
        summed.*,
        sum(summed.active_seconds) over (
            partition by summed.facility_id, summed.business_date, summed.user_name
        ) as person_seconds
    from summed

),

worked as (

    -- clocked time is divided between the activities of the day by their recorded time
    select
        shared.*,
        case when clocked.clocked_seconds >= shared.person_seconds then 1 else 0 end as is_clocked,
        case
            when clocked.clocked_seconds >= shared.person_seconds and shared.person_seconds > 0
                then clocked.clocked_seconds * shared.active_seconds / shared.person_seconds
            else shared.active_seconds
        end as worked_seconds
    from shared
    left join clocked
        on
            shared.facility_id = clocked.facility_id
            and shared.user_name = clocked.user_name
            and shared.business_date = clocked.business_date

),

final as (

    select
        {{ hash_key([
            number_text('facility_id'), timestamp_text('business_date'), 'user_name', 'activity_kind',
        ]) }} as labour_productivity_id,
        facility_id,
        facility_code,
        business_date,
        {{ person('user_name') }} as person,
        cast(activity_kind as varchar(20)) as activity_kind,
        activity_description,
        cast(activity_count as integer) as activity_count,
        cast(line_count as integer) as line_count,
        cast(units as decimal(19, 6)) as units,
        cast(active_seconds as {{ dbt.type_bigint() }}) as active_seconds,
        cast(round(worked_seconds, 0) as {{ dbt.type_bigint() }}) as worked_seconds,
        is_clocked,
        cast(round(units * 3600 / nullif(worked_seconds, 0), 4) as decimal(19, 4)) as units_per_hour,
        cast(round(line_count * 3600 / nullif(worked_seconds, 0), 4) as decimal(19, 4)) as lines_per_hour
    from worked

)

select * from final
