-- Every row of the seed rule_severities has an existing entity, rule and severity (hide, error, warn, off). Returns
-- other rows.
{%- set known = "'" ~ known_severities() | join("', '") ~ "'" %}
with overrides as (

    select * from {{ ref('rule_severities') }}

),

rules as (

    select * from {{ ref('int_quality__severities') }}

)

select
    overrides.entity,
    overrides.rule,
    overrides.severity
from overrides
left join rules on overrides.entity = rules.entity and overrides.rule = rules.rule
where
    rules.rule is null
    or lower(overrides.severity) not in ({{ known }})
