-- WMS_ALLOCATIONS does not suddenly refuse many allocations. A row says that more than largest_hidden_share of them were refused for the
-- first time within a day.
{{ config(severity='warn') }}
with refused as (

    select count(distinct entity_id) as refused_count
    from {{ ref('rejected_records') }}
    where
        entity = 'allocation'
        and is_refused_by_wms_allocations = 1
        and is_deleted = 0
        and is_in_scope = 1
        and {{ seconds_between('first_seen_at', 'last_seen_at') }} < 86400

),

allocations as (

    select count(*) as allocation_count
    from {{ ref('allocation_performance') }}
    where
        is_deleted = 0
        and is_in_scope = 1

)

select
    refused.refused_count,
    allocations.allocation_count
from refused
cross join allocations
where refused.refused_count > allocations.allocation_count * {{ var('largest_hidden_share') }}
