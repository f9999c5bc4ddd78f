-- A rule of severity hide hides. A row names one that flags instead, as it would hide a larger share of its entity than
-- largest_hidden_share: look at what it finds, then correct the records, the rule, or its severity.
{{ config(severity='warn') }}
select
    entity,
    rule,
    would_hide_rows,
    checked_rows
from {{ ref('business_rules') }}
where is_capped = 1
