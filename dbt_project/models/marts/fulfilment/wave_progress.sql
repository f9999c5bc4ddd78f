with wave as (

    select * from {{ ref('stg_wms__wave') }}

),

wave_status as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'wave'

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

allocation as (

    select * from {{ ref('allocation_performance') }}

),

summed as (

    select
        wave_id,
        count(distinct order_id) as order_count,
        count(distinct order_dtl_id) as line_count,
        count(*) as allocation_count,
        sum(is_cancelled) as cancelled_count,
        sum(is_complete) as complete_count,
        sum(case when is_picked = 1 and is_complete = 0 and is_cancelled = 0 then 1 else 0 end) as picked_count,
        sum(allocated_qty) as allocated_qty,
        sum(packed_qty) as packed_qty,
        max(picked_at) as last_picked_at
    from allocation
    where
        wave_id is not null
        and is_picking = 1
        and (is_deleted = 0 or is_complete = 1)
    group by wave_id

),

final as (

    select
        wave.wave_id,
        wave.run_nbr,
        wave.facility_id,
        facility.facility_code,
        wave.status_id,
        wave_status.status_description,
        {{ meaning_of_status('wave.status_id', 'wave_status.meaning') }} as status_meaning,
        {{ to_day(to_facility_time('wave.created_at', 'facility.time_zone')) }} as business_date,
        wave.created_at,
        summed.last_picked_at,
        cast(coalesce(summed.order_count, 0) as integer) as order_count,
        cast(coalesce(summed.line_count, 0) as integer) as line_count,
        cast(coalesce(summed.allocation_count, 0) as integer) as allocation_count,
        cast(
            coalesce(summed.allocation_count - summed.cancelled_count - summed.complete_count - summed.picked_count, 0)
            as integer
        ) as waiting_count,
        cast(coalesce(summed.picked_count, 0) as integer) as picked_count,
        cast(coalesce(summed.complete_count, 0) as integer) as complete_count,
        cast(coalesce(summed.cancelled_count, 0) as integer) as cancelled_count,
        cast(coalesce(summed.allocated_qty, 0) as decimal(19, 6)) as allocated_qty,
        cast(coalesce(summed.packed_qty, 0) as decimal(19, 6)) as packed_qty,
        {{ ratio('summed.complete_count', '(summed.allocation_count - summed.cancelled_count)') }} as done_ratio,
        case
            when summed.allocation_count > summed.cancelled_count + summed.complete_count then 1
            else 0
        end as is_open,
        case
            when summed.allocation_count > summed.cancelled_count + summed.complete_count
                then {{ seconds_between('wave.created_at', 'facility.read_until_at') }}
        end as age_seconds,
        wave.is_in_scope,
        wave.is_deleted,
        wave.loaded_at
    from wave
    left join facility on wave.facility_id = facility.facility_id
    left join wave_status on wave.status_id = wave_status.status_id
    left join summed on wave.wave_id = summed.wave_id

)

select * from final
