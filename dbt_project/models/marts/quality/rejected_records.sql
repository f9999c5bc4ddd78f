with findings as (

    select * from {{ ref('int_quality__rule_violations') }}

),

history as (

    select * from {{ ref('rejection_history') }}
    where dbt_valid_to is null

),

rules as (

    select * from {{ ref('int_quality__severities') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

final as (

    select
        findings.rejection_id,
        findings.entity,
        findings.entity_id,
        findings.rule,
        findings.severity,
        findings.handling,
        findings.is_refused_by_wms_allocations,
        findings.is_root_cause,
        -- hidden before flagged, errors before warnings, root causes before consequences
        cast(
            case
                when findings.is_root_cause = 0 then 4
                when findings.handling = 'hidden' then 1
                when findings.severity = 'warn' then 3
                else 2
            end as integer
        ) as display_order,
        rules.reason,
        findings.offending_value as value,
        rules.remediation,
        findings.order_number,
        findings.line_number,
        findings.lpn_number,
        findings.item_code,
        findings.facility_id,
        facility.facility_code,
        findings.parent_entity,
        findings.parent_id,
        findings.is_in_scope,
        findings.is_deleted,
        coalesce(history.dbt_valid_from, {{ utc_now() }}) as first_seen_at,
        {{ utc_now() }} as last_seen_at,
        findings.loaded_at,
        rules.remediation as what_to_do
    from findings
    inner join rules on findings.entity = rules.entity and findings.rule = rules.rule
    left join history on findings.rejection_id = history.rejection_id
    left join facility on findings.facility_id = facility.facility_id

)

select * from final
