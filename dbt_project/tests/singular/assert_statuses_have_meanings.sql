-- Every status in use has a meaning. Returns statuses without one, with the number of their records. Until they have one,
-- their records count as open. Add them to the seed status_overrides.
{{ config(severity='warn') }}
select
    entity,
    status_id,
    status_description,
    record_count
from {{ ref('status_usage') }}
where
    status_meaning = 'unknown'
    and record_count > 0
