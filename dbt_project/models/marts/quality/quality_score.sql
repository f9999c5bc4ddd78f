with checked as (

    -- deleted records and records out of scope do not count, as in the quality check of a run
    select * from {{ ref('int_quality__checked_records') }}
    where
        is_deleted = 0
        and is_in_scope = 1

),

rejected as (

    select distinct
        entity,
        entity_id
    from {{ ref('int_quality__rule_violations') }}
    where severity in ('error', 'hide')

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

located as (

    select
        checked.entity,
        checked.facility_id,
        facility.facility_code,
        {{ to_day(to_facility_time('checked.created_at', "coalesce(facility.time_zone, 'UTC')")) }} as created_date,
        case when rejected.entity_id is null then 0 else 1 end as is_rejected
    from checked
    left join facility on checked.facility_id = facility.facility_id
    left join rejected on checked.entity = rejected.entity and checked.entity_id = rejected.entity_id

),

summed as (

    select
        entity,
        facility_id,
        facility_code,
        created_date,
        cast(count(*) as integer) as checked_count,
        cast(sum(is_rejected) as integer) as rejected_count
    from located
    group by entity, facility_id, facility_code, created_date

),

final as (

    select
        {{ hash_key(['entity', number_text('facility_id'), timestamp_text('created_date')]) }} as quality_score_id,
        entity,
        facility_id,
        facility_code,
        created_date,
        checked_count,
        rejected_count,
        {{ ratio('(checked_count - rejected_count)', 'checked_count') }} as score,
        case
            when checked_count - rejected_count < checked_count * {{ var('quality_error') }} then 'error'
            when checked_count - rejected_count < checked_count * {{ var('quality_warn') }} then 'warn'
            else 'ok'
        end as verdict
    from summed

)

select * from final
