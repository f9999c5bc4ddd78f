-- Every entity that rules look up has been read. A row names one that was not: it is not among the entities of the
-- loader, or the WMS user may not read it. Its labels are null meanwhile, and rules that look it up are not asked.
{{ config(severity='warn') }}
select distinct parent_entity
from {{ ref('business_rules') }}
where
    parent_state = 'not read'
    and checked_rows > 0
