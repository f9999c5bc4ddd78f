-- Every status in use has a meaning that its name or the tenant confirms. Returns statuses without a meaning, whose
-- records count as open, and statuses with an unknown name that have the meaning of their id. Add them to the seed
-- status_overrides.
{{ config(severity='warn') }}
select
    entity,
    status_id,
    status_description,
    status_meaning,
    record_count
from {{ ref('status_usage') }}
where
    record_count > 0
    and (
        status_meaning = 'unknown'
        or (meaning_source = 'id' and length(trim(status_description)) > 0)
    )
