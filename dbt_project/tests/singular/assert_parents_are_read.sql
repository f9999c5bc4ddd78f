-- Every entity that rules look up has been read. Returns those that were not: they are not configured, or the WMS
-- user may not read them. Until then their labels are null, and rules that look them up do not apply.
{{ config(severity='warn') }}
select distinct parent_entity
from {{ ref('business_rules') }}
where
    parent_state = 'not read'
    and checked_rows > 0
