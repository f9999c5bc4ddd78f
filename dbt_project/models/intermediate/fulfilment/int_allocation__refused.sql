with findings as (

    select * from {{ ref('int_allocation__rules_broken') }}

),

-- what WMS_ALLOCATIONS does not take, whatever the severities of the site
refused as (

    select distinct entity_id as allocation_id
    from findings
    where
        is_refused_by_wms_allocations = 1
        or handling = 'hidden'

)

select * from refused
