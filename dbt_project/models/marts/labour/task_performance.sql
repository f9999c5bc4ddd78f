{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='task_id',
    meta={'affected': {'keys': 'int_task__affected', 'column': 'task_id'}},
    on_schema_change='append_new_columns'
) }}

with timed as (

    select * from {{ ref('int_task__timed') }}
    {{ only_affected('task_id', 'int_task__affected') }}

),

wave as (

    select * from {{ ref('stg_wms__wave') }}

),

final as (

    select
        timed.task_id,
        timed.task_nbr,
        timed.facility_id,
        timed.facility_code,
        timed.company_id,
        timed.task_type_label as task_type,
        timed.status_id,
        timed.status_description,
        cast(timed.status_meaning as varchar(30)) as status_meaning,
        timed.priority,
        timed.wave_id,
        wave.run_nbr as wave_nbr,
        {{ person('timed.assigned_user') }} as person,
        {{ to_day(to_facility_time('timed.created_at', 'timed.time_zone')) }} as business_date,
        {{ to_day(to_facility_time('timed.completed_at', 'timed.time_zone')) }} as completed_date,
        timed.started_at,
        timed.completed_at,
        {{ seconds_between('timed.created_at', 'timed.started_at') }} as waiting_seconds,
        {{ seconds_between('timed.started_at', 'timed.completed_at') }} as working_seconds,
        cast(coalesce(timed.line_count, 0) as integer) as line_count,
        cast(coalesce(timed.picked_count, 0) as integer) as picked_count,
        cast(coalesce(timed.allocated_qty, 0) as decimal(19, 6)) as allocated_qty,
        cast(coalesce(timed.packed_qty, 0) as decimal(19, 6)) as packed_qty,
        case when {{ means('timed.status_meaning', 'terminal') }} or timed.is_deleted = 1 then 0 else 1 end as is_open,
        timed.created_at,
        timed.modified_at,
        timed.is_in_scope,
        timed.is_deleted,
        timed.deleted_at,
        timed.loaded_at
    from timed
    left join wave on timed.wave_id = wave.wave_id

)

select * from final
