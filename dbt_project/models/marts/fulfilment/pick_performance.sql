{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='pick_performance_id',
    meta={'affected': {'keys': 'int_pick__affected', 'column': 'business_date'}},
    on_schema_change='append_new_columns'
) }}

with picks as (

    select * from {{ ref('int_allocation__picks') }}
    {{ only_affected('picked_date', 'int_pick__affected') }}

),

location as (

    select * from {{ ref('stg_wms__location') }}

),

-- a pick has only the address of its location, which should be unique within the facility
zones as (

    select
        facility_id,
        locn_str,
        max(pick_zone) as pick_zone
    from location
    where locn_str is not null
    group by facility_id, locn_str

),

summed as (

    select
        picks.facility_id,
        picks.facility_code,
        picks.picked_date as business_date,
        picks.picked_hour,
        zones.pick_zone,
        picks.pick_user,
        cast(count(*) as integer) as pick_count,
        cast(sum(picks.is_complete) as integer) as packed_count,
        cast(sum(picks.is_accurate) as integer) as accurate_count,
        cast(sum(picks.is_short) as integer) as short_count,
        cast(sum(picks.is_within_sla) as integer) as within_sla_count,
        cast(sum(picks.allocated_qty) as decimal(19, 6)) as allocated_qty,
        cast(sum(picks.done_qty) as decimal(19, 6)) as packed_qty,
        cast(
            sum(case when picks.is_short = 1 then picks.allocated_qty - picks.packed_qty else 0 end) as decimal(19, 6)
        ) as short_qty,
        {{ ratio('sum(picks.is_accurate)', 'sum(picks.is_complete)') }} as pick_fill_ratio,
        {{ ratio('sum(picks.is_accurate)', 'sum(picks.is_complete)') }} as accuracy_ratio,
        cast(sum(picks.cycle_seconds) as decimal(19, 0)) as cycle_seconds
    from picks
    left join zones
        on
            picks.facility_id = zones.facility_id
            and picks.pick_location_code = zones.locn_str
    group by
        picks.facility_id,
        picks.facility_code,
        picks.picked_date,
        picks.picked_hour,
        zones.pick_zone,
        picks.pick_user

),

final as (

    select
        {{ hash_key([
            number_text('facility_id'),
            timestamp_text('business_date'),
            number_text('picked_hour'),
            'pick_zone',
            'pick_user',
        ]) }} as pick_performance_id,
        summed.*
    from summed

)

select * from final
