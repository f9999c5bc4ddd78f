with counted as (

    select * from {{ ref('int_quality__row_counts') }}

),

rejected as (

    select
        entity,
        count(distinct entity_id) as rejected_count
    from {{ ref('int_quality__rule_violations') }}
    where handling = 'hidden'
    group by entity

),

entity_runs as (

    select * from {{ ref('int_quality__entity_runs') }}

),

reads as (

    select
        entity,
        max(finished_at) as last_read_at
    from entity_runs
    where status = 'ok'
    group by entity

),

compared as (

    select * from {{ ref('int_quality__latest_reconciliation') }}

),

final as (

    select
        counted.entity,
        cast(counted.landed_count as {{ dbt.type_bigint() }}) as landed_count,
        cast(counted.staged_count as {{ dbt.type_bigint() }}) as staged_count,
        cast(counted.staged_count - counted.landed_count as {{ dbt.type_bigint() }}) as staged_difference,
        cast(counted.deleted_count as {{ dbt.type_bigint() }}) as deleted_count,
        cast(coalesce(rejected.rejected_count, 0) as {{ dbt.type_bigint() }}) as rejected_count,
        cast(counted.staged_count - coalesce(rejected.rejected_count, 0) as {{ dbt.type_bigint() }}) as accepted_count,
        case when counted.staged_count = counted.landed_count then 1 else 0 end as counts_match,
        reads.last_read_at,
        cast(compared.source_count as {{ dbt.type_bigint() }}) as source_count,
        cast(compared.pending_count as {{ dbt.type_bigint() }}) as pending_count,
        cast(compared.missing_count as {{ dbt.type_bigint() }}) as missing_count,
        cast(compared.stale_count as {{ dbt.type_bigint() }}) as stale_count,
        cast(compared.vanished_count as {{ dbt.type_bigint() }}) as vanished_count,
        compared.compared_at,
        case when counted.staged_count = counted.landed_count then 1 else 0 end as is_agreeing
    from counted
    left join rejected on counted.entity = rejected.entity
    left join reads on counted.entity = reads.entity
    left join compared on counted.entity = compared.entity

)

select * from final
