with findings as (

    select * from {{ ref('int_quality__rules_broken') }}

),

history as (

    select * from {{ ref('rejection_history') }}
    where dbt_valid_to is null

),

rules as (

    select * from {{ ref('business_rules') }}

),

final as (

    select
        findings.rejection_id,
        findings.entity,
        findings.entity_id,
        findings.rule,
        findings.severity,
        rules.reason,
        findings.shown_value as value,
        rules.what_to_do,
        findings.facility_id,
        findings.is_deleted,
        coalesce(history.dbt_valid_from, {{ utc_now() }}) as first_seen_at,
        {{ utc_now() }} as last_seen_at,
        findings.loaded_at
    from findings
    inner join rules on findings.entity = rules.entity and findings.rule = rules.rule
    left join history on findings.rejection_id = history.rejection_id

)

select * from final
