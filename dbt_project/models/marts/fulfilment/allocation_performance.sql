{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='allocation_id',
    meta={'affected': {'keys': 'int_allocation__affected', 'column': 'allocation_id'}},
    on_schema_change='append_new_columns'
) }}

with allocation as (

    select * from {{ ref('int_allocation__localised') }}
    {{ only_affected('allocation_id', 'int_allocation__affected') }}

),

timed as (

    select
        allocation.*,
        {{ seconds_between('allocation.created_at', 'allocation.picked_at') }} as cycle_seconds
    from allocation

),

final as (

    select
        timed.allocation_id,
        timed.order_dtl_id,
        timed.order_id,
        timed.order_nbr,
        timed.facility_id,
        timed.facility_code,
        timed.company_id,
        timed.company_code,
        timed.item_id,
        timed.item_code,
        timed.wave_id,
        timed.task_id,
        timed.status_id,
        timed.status_description,
        timed.status_meaning,
        timed.is_picking,
        timed.allocated_qty,
        timed.packed_qty,
        cast(
            case
                when {{ means('timed.status_meaning', 'cancelled') }} then 0
                else timed.allocated_qty - timed.packed_qty
            end as decimal(19, 6)
        ) as open_qty,
        {{ ratio('timed.packed_qty', 'timed.allocated_qty') }} as fill_ratio,
        timed.pick_user,
        timed.pick_location_code,
        timed.cycle_seconds,
        cast(round(timed.cycle_seconds / 60.0, 2) as decimal(19, 2)) as cycle_minutes,
        case
            when timed.cycle_seconds <= {{ var('allocation_sla_minutes') }} * 60 then 1
            when timed.cycle_seconds > {{ var('allocation_sla_minutes') }} * 60 then 0
        end as is_within_sla,
        case when timed.picked_at is null then 0 else 1 end as is_picked,
        case when {{ means('timed.status_meaning', 'completed') }} then 1 else 0 end as is_complete,
        case when {{ means('timed.status_meaning', 'cancelled') }} then 1 else 0 end as is_cancelled,
        {{ to_day('timed.created_local_at') }} as business_date,
        {{ to_day('timed.picked_local_at') }} as picked_date,
        cast(extract(hour from timed.picked_local_at) as integer) as picked_hour,
        timed.created_at,
        timed.modified_at,
        timed.picked_at,
        timed.violation_count,
        timed.has_error,
        timed.is_in_scope,
        timed.is_deleted,
        timed.deleted_at,
        timed.loaded_at
    from timed

)

select * from final
