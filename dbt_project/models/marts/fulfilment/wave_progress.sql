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

last_reading as (

    select max(read_until_at) as read_until_at
    from facility

),

summed as (

    select
        wave_id,
        count(distinct case when is_picking = 1 then order_id end) as order_count,
        count(distinct case when is_picking = 1 then order_dtl_id end) as line_count,
        sum(is_picking) as allocation_count,
        sum(is_picking * is_cancelled) as cancelled_count,
        sum(is_picking * is_complete) as complete_count,
        sum(is_picking * is_picked * (1 - is_complete) * (1 - is_cancelled)) as picked_count,
        sum(is_picking * (1 - is_complete) * (1 - is_cancelled)) as open_count,
        sum(1 - is_picking) as replenishment_count,
        sum((1 - is_picking) * (1 - is_picked) * (1 - is_complete) * (1 - is_cancelled)) as open_replenishment_count,
        sum(is_picking * allocated_qty) as allocated_qty,
        sum(is_picking * packed_qty) as packed_qty,
        max(case when is_picking = 1 then picked_at end) as last_picked_at
    from allocation
    where is_deleted = 0 or is_picking * is_complete = 1
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
        {{ to_day(to_facility_time(
            'wave.created_at', 'coalesce(facility.time_zone, ' ~ default_time_zone() ~ ')'
        )) }} as business_date,
        wave.created_at,
        summed.last_picked_at,
        {%- for count in ['order', 'line', 'allocation'] %}
        cast(coalesce(summed.{{ count }}_count, 0) as integer) as {{ count }}_count,
        {%- endfor %}
        cast(coalesce(summed.open_count - summed.picked_count, 0) as integer) as waiting_count,
        {%- for count in ['picked', 'complete', 'cancelled', 'replenishment', 'open_replenishment'] %}
        cast(coalesce(summed.{{ count }}_count, 0) as integer) as {{ count }}_count,
        {%- endfor %}
        cast(coalesce(summed.allocated_qty, 0) as decimal(19, 6)) as allocated_qty,
        cast(coalesce(summed.packed_qty, 0) as decimal(19, 6)) as packed_qty,
        {{ ratio('summed.complete_count', '(summed.allocation_count - summed.cancelled_count)') }} as done_ratio,
        case when summed.open_count + summed.open_replenishment_count > 0 then 1 else 0 end as is_open,
        case
            when summed.open_count + summed.open_replenishment_count > 0 then {{ seconds_between(
                'wave.created_at', 'coalesce(facility.read_until_at, last_reading.read_until_at)'
            ) }}
        end as age_seconds,
        wave.is_in_scope,
        wave.is_deleted,
        wave.loaded_at
    from wave
    cross join last_reading
    left join facility on wave.facility_id = facility.facility_id
    left join wave_status on wave.status_id = wave_status.status_id
    left join summed on wave.wave_id = summed.wave_id

)

select * from final
