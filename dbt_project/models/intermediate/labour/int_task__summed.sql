{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='task_id',
    meta={'affected': {'keys': 'int_task__affected', 'column': 'task_id'}}
) }}

with task as (

    select * from {{ ref('stg_wms__task') }}
    {{ only_affected('task_id', 'int_task__affected') }}

),

allocation as (

    select * from {{ ref('allocation_performance') }}
    {{ only_affected('task_id', 'int_task__affected') }}

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
    from allocation
    where
        task_id is not null
        and is_cancelled = 0
    group by task_id

),

activity as (

    select * from {{ ref('stg_wms__wms_activity') }}
    where
        is_deleted = 0
        and begin_at is not null
        and task_nbr in (select task.task_nbr from task)

),

steps as (

    select
        wms_activity_id,
        max(end_at) as last_step_at
    from {{ ref('stg_wms__wms_activity_dtl') }}
    where
        is_deleted = 0
        and wms_activity_id in (select activity.wms_activity_id from activity)
    group by wms_activity_id

),

work as (

    select
        activity.facility_id,
        activity.task_nbr,
        min(activity.begin_at) as begin_at,
        max(coalesce(activity.end_at, steps.last_step_at)) as end_at
    from activity
    left join steps on activity.wms_activity_id = steps.wms_activity_id
    group by activity.facility_id, activity.task_nbr

),

final as (

    select
        task.task_id,
        work.begin_at,
        work.end_at,
        picks.first_picked_at,
        picks.last_picked_at,
        cast(picks.line_count as integer) as line_count,
        cast(picks.picked_count as integer) as picked_count,
        cast(picks.allocated_qty as decimal(19, 6)) as allocated_qty,
        cast(picks.packed_qty as decimal(19, 6)) as packed_qty
    from task
    left join picks on task.task_id = picks.task_id
    left join work on task.task_nbr = work.task_nbr and task.facility_id = work.facility_id

)

select * from final
