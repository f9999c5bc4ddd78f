with task as (

    select * from {{ ref('stg_wms__task') }}

),

summed as (

    select * from {{ ref('int_task__summed') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'task'

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

final as (

    select
        task.*,
        facility.facility_code,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        statuses.status_description,
        coalesce(statuses.meaning, 'unknown') as status_meaning,
        coalesce(summed.begin_at, summed.first_picked_at) as started_at,
        case
            when {{ means('statuses.meaning', 'completed') }}
                then coalesce(summed.end_at, summed.last_picked_at, task.modified_at)
        end as completed_at,
        summed.line_count,
        summed.picked_count,
        summed.allocated_qty,
        summed.packed_qty
    from task
    left join summed on task.task_id = summed.task_id
    left join statuses on task.status_id = statuses.status_id
    left join facility on task.facility_id = facility.facility_id

)

select * from final
