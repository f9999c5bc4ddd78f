with loads as (

    select * from {{ ref('loads') }}
    where
        is_deleted = 0
        and facility_code is not null

),

measured as (

    select
        facility_id,
        due_date as business_date,
        1 as due_count,
        is_on_time as timely_count,
        0 as turn_count,
        0 as turn_seconds,
        0 as yard_count,
        0 as yard_seconds,
        0 as left_count
    from loads
    where
        load_type = 'O'
        and due_date is not null
        and is_on_time is not null

    union all

    select
        facility_id,
        departed_date as business_date,
        0 as due_count,
        0 as timely_count,
        case when turn_seconds >= 0 then 1 else 0 end as turn_count,
        case when turn_seconds >= 0 then turn_seconds else 0 end as turn_seconds,
        case when yard_seconds >= 0 then 1 else 0 end as yard_count,
        case when yard_seconds >= 0 then yard_seconds else 0 end as yard_seconds,
        1 as left_count
    from loads
    where departed_date is not null

),

summed as (

    select
        facility_id,
        business_date,
        sum(due_count) as due_count,
        sum(timely_count) as timely_count,
        sum(turn_count) as turn_count,
        sum(turn_seconds) / 3600.0 as turn_hours,
        sum(yard_count) as yard_count,
        sum(yard_seconds) / 60.0 as yard_minutes,
        sum(left_count) as left_count
    from measured
    group by facility_id, business_date

),

final as (
{{ kpi_rows('summed', [
    {
        'kpi': 'loads_on_time', 'unit': 'share', 'numerator': 'timely_count', 'denominator': 'due_count',
        'judged': 'due_count', 'relevant': 'due_count',
    },
    {
        'kpi': 'truck_turn_time', 'unit': 'hours', 'numerator': 'turn_hours', 'denominator': 'turn_count',
        'judged': 'turn_count', 'relevant': 'left_count',
    },
    {
        'kpi': 'yard_time', 'unit': 'minutes', 'numerator': 'yard_minutes', 'denominator': 'yard_count',
        'judged': 'yard_count', 'relevant': 'left_count',
    },
]) }}
)

select * from final
