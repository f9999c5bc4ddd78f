with activity as (

    select * from {{ ref('stg_wms__wms_activity') }}
    where is_deleted = 0

),

steps as (

    select * from {{ ref('stg_wms__wms_activity_dtl') }}
    where is_deleted = 0

),

codes as (

    select * from {{ ref('stg_wms__wms_activity_code') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

-- an activity whose steps are of several kinds counts for the first of them
counted as (

    select
        wms_activity_id,
        min(wms_activity_code_id) as wms_activity_code_id,
        count(*) as line_count,
        sum(units) as units,
        max(end_at) as last_step_at
    from steps
    group by wms_activity_id

),

timed as (

    select
        activity.wms_activity_id,
        activity.facility_id,
        facility.facility_code,
        activity.user_name,
        activity.task_nbr,
        activity.screen_name,
        codes.activity_description,
        {{ plain_text('codes.activity_description') }} as activity_label,
        {{ to_day(to_facility_time(
            'activity.begin_at', 'coalesce(facility.time_zone, ' ~ default_time_zone() ~ ')'
        )) }} as business_date,
        activity.begin_at,
        coalesce(activity.end_at, counted.last_step_at) as end_at,
        coalesce(counted.line_count, 0) as line_count,
        coalesce(counted.units, 0) as units
    from activity
    left join counted on activity.wms_activity_id = counted.wms_activity_id
    left join codes on counted.wms_activity_code_id = codes.wms_activity_code_id
    left join facility on activity.facility_id = facility.facility_id
    where activity.begin_at is not null

),

final as (

    select
        timed.*,
        case
            {%- for kind, labels in var('activity_kinds').items() %}
            {%- for label in labels %}
            when timed.activity_label = '{{ label }}' then '{{ kind }}'
            {%- endfor %}
            {%- endfor %}
            else 'other'
        end as activity_kind,
        case
            when timed.end_at >= timed.begin_at then {{ seconds_between('timed.begin_at', 'timed.end_at') }}
            else 0
        end as active_seconds
    from timed

)

select * from final
