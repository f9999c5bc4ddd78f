with thresholds as (

    select * from {{ ref('int_quality__freshness_thresholds') }}

),

entity_runs as (

    select * from {{ ref('int_quality__entity_runs') }}

),

configured as (

    select * from {{ ref('int_quality__configured_entities') }}

),

registered as (

    select count(*) as entity_count
    from configured

),

reads as (

    select
        entity,
        max(finished_at) as last_attempt_at,
        max(case when status = 'ok' then finished_at end) as last_read_at
    from entity_runs
    where status <> 'skipped'
    group by entity

),

aged as (

    select
        thresholds.entity,
        case
            when configured.entity is not null or registered.entity_count = 0 then 1
            else 0
        end as is_configured,
        reads.last_attempt_at,
        reads.last_read_at,
        {{ seconds_between('reads.last_read_at', utc_now()) }} as age_seconds,
        cast(thresholds.warn_after_seconds as {{ dbt.type_bigint() }}) as warn_after_seconds,
        cast(thresholds.error_after_seconds as {{ dbt.type_bigint() }}) as error_after_seconds
    from thresholds
    left join reads on thresholds.entity = reads.entity
    left join configured on thresholds.entity = configured.entity
    cross join registered

),

final as (

    select
        entity,
        last_attempt_at,
        last_read_at,
        age_seconds,
        warn_after_seconds,
        error_after_seconds,
        case
            when last_attempt_at is null or is_configured = 0 then 'not asked'
            when last_read_at is null or age_seconds > error_after_seconds then 'error'
            when age_seconds > warn_after_seconds then 'warn'
            else 'ok'
        end as freshness_state,
        {{ utc_now() }} as checked_at
    from aged

)

select * from final
