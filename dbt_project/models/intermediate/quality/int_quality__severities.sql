{%- set known = "'" ~ known_severities() | join("', '") ~ "'" -%}
with declared as (
    {{ declared_severities() }}
),

overrides as (

    select
        entity,
        rule,
        max(lower(severity)) as severity
    from {{ ref('rule_severities') }}
    where lower(severity) in ({{ known }})
    group by entity, rule

),

chosen as (

    select
        declared.*,
        coalesce(declared.variable_severity, overrides.severity, declared.default_severity) as chosen_severity
    from declared
    left join overrides on declared.entity = overrides.entity and declared.rule = overrides.rule

),

final as (

    select
        entity,
        rule,
        default_severity,
        -- records that WMS_ALLOCATIONS refuses must be in rejected_records, so their rules cannot be off
        cast(
            case
                when is_refused_by_wms_allocations = 1 and chosen_severity = 'off' then 'warn'
                else chosen_severity
            end as varchar(10)
        ) as severity,
        is_root_cause,
        is_refused_by_wms_allocations,
        parent,
        reason,
        remediation
    from chosen

)

select * from final
