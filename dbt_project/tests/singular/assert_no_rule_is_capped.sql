-- Rules of severity hide do hide. Returns rules that flag instead, because they would hide a larger share of their
-- entity than largest_hidden_share. Check their findings, then correct the records, the rule or its severity.
{{ config(severity='warn') }}
select
    entity,
    rule,
    would_hide_rows,
    checked_rows
from {{ ref('business_rules') }}
where is_capped = 1
