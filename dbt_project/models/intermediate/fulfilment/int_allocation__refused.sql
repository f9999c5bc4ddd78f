with findings as (

    select * from {{ ref('int_allocation__rule_violations') }}

),

-- rules of WMS_ALLOCATIONS apply regardless of severity
refused as (

    select distinct entity_id as allocation_id
    from findings
    where
        is_refused_by_wms_allocations = 1
        or handling = 'hidden'

)

select * from refused
