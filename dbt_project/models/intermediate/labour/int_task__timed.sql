with task as (

    select * from {{ ref('stg_wms__task') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'task'

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

picks as (

    select
        task_id,
        count(*) as line_count,
        sum(is_picked) as picked_count,
        sum(allocated_qty) as allocated_qty,
        sum(case when is_picked = 1 then packed_qty else 0 end) as packed_qty,
        min(picked_at) as first_picked_at,
        max(picked_at) as last_picked_at
    from {{ ref('allocation_performance') }}
    where
        task_id is not null
        and is_cancelled = 0
    group by task_id

),

work as (

    select
        facility_id,
        task_nbr,
        min(begin_at) as begin_at,
        max(end_at) as end_at
    from {{ ref('int_activity__work') }}
    where task_nbr is not null
    group by facility_id, task_nbr

),

final as (

    select
        task.*,
        facility.facility_code,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        statuses.status_description,
        coalesce(statuses.meaning, 'unknown') as status_meaning,
        coalesce(work.begin_at, picks.first_picked_at) as started_at,
        case
            when {{ means('statuses.meaning', 'completed') }}
                then coalesce(work.end_at, picks.last_picked_at, task.modified_at)
        end as completed_at,
        picks.line_count,
        picks.picked_count,
        picks.allocated_qty,
        picks.packed_qty
    from task
    left join statuses on task.status_id = statuses.status_id
    left join facility on task.facility_id = facility.facility_id
    left join picks on task.task_id = picks.task_id
    left join work on task.task_nbr = work.task_nbr and task.facility_id = work.facility_id

)

select * from final
