with severities as (

    select * from {{ ref('int_quality__severities') }}

),

entity_rows as (

    select * from {{ ref('int_quality__entity_rows') }}

),

findings as (

    -- deleted records and records out of scope count neither as checked nor as flagged
    select
        entity,
        rule,
        count(*) as flagged_count,
        count(case when handling = 'hidden' then 1 end) as hidden_count
    from {{ ref('int_quality__rules_evaluated') }}
    where
        is_deleted = 0
        and is_in_scope = 1
    group by entity, rule

),

counted as (

    select
        severities.*,
        coalesce(entity_rows.current_count, 0) as checked_count,
        coalesce(findings.flagged_count, 0) as broken_count,
        coalesce(findings.hidden_count, 0) as hidden_count,
        case
            when parents.staged_count = 0 then 'not read'
            when parents.staged_count > 0 then 'read'
        end as parent_state
    from severities
    left join entity_rows on severities.entity = entity_rows.entity
    left join entity_rows parents on severities.parent = parents.entity
    left join findings on severities.entity = findings.entity and severities.rule = findings.rule

),

final as (

    select
        entity,
        rule,
        default_severity,
        severity,
        reason,
        remediation,
        is_root_cause,
        is_refused_by_wms_allocations,
        parent as parent_entity,
        cast(parent_state as varchar(10)) as parent_state,
        cast(checked_count as {{ dbt.type_bigint() }}) as checked_rows,
        cast(case when severity = 'off' then 0 else broken_count end as {{ dbt.type_bigint() }}) as flagged_rows,
        {{ ratio("case when severity = 'off' then 0 else broken_count end", 'checked_count') }} as flagged_share,
        cast(hidden_count as {{ dbt.type_bigint() }}) as hidden_rows,
        cast(broken_count as {{ dbt.type_bigint() }}) as would_hide_rows,
        {{ ratio('broken_count', 'checked_count') }} as would_hide_share,
        case when severity = 'hide' and broken_count > hidden_count then 1 else 0 end as is_capped,
        remediation as what_to_do
    from counted

)

select * from final
