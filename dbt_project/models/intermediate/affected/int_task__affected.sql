{#- Tasks whose rows can differ from those of the last build. -#}
with task as (

    select * from {{ ref('stg_wms__task') }}

),

wave as (

    select * from {{ ref('stg_wms__wave') }}
    where {{ is_new('wave') }}

),

changed_allocations as (

    select * from {{ ref('int_allocation__affected') }}

),

activity as (

    select * from {{ ref('stg_wms__wms_activity') }}

),

steps as (

    select * from {{ ref('stg_wms__wms_activity_dtl') }}
    where {{ is_new('wms_activity_dtl') }}

),

activities as (

    select wms_activity_id
    from activity
    where {{ is_new('wms_activity') }}

    union all

    select wms_activity_id from steps
    {{ former_activities() }}

),

-- activities name the number of their task
numbers as (

    select
        facility_id,
        task_nbr
    from activity
    where wms_activity_id in (select activities.wms_activity_id from activities)
    {{ former_task_numbers() }}

),

found as (

    select task_id
    from task
    where
        {{ is_new('task') }}
        or wave_id in (select wave.wave_id from wave)

    union all

    select task.task_id
    from task
    inner join numbers on task.task_nbr = numbers.task_nbr and task.facility_id = numbers.facility_id

    union all

    select task_id
    from {{ ref('stg_wms__allocation') }}
    where allocation_id in (select changed_allocations.allocation_id from changed_allocations)
    {{ former_tasks() }}

),

final as (

    select distinct task_id
    from found
    where
        task_id is not null
        {{- and_partial() }}

)

select * from final
