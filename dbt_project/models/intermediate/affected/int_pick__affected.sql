{#- Days of picking whose picks by hour can differ from those of the last build. -#}
with allocation as (

    select * from {{ ref('allocation_performance') }}

),

changed_allocations as (

    select * from {{ ref('int_allocation__affected') }}

),

-- locations that have another address or zone than in the last build
moved as (

    select
        location_id,
        facility_id,
        locn_str,
        pick_zone
    from {{ ref('stg_wms__location') }}
    where {{ is_new('location') }}
    {{ except_former_addresses() }}

),

addresses as (

    select
        facility_id,
        locn_str
    from moved
    {{ former_addresses() }}

),

found as (

    select picked_date
    from allocation
    where allocation_id in (select changed_allocations.allocation_id from changed_allocations)

    union all

    select allocation.picked_date
    from allocation
    inner join addresses
        on
            allocation.facility_id = addresses.facility_id
            and allocation.pick_location_code = addresses.locn_str
    {{ former_pick_days() }}

),

final as (

    select distinct picked_date as business_date
    from found
    where
        picked_date is not null
        {{- and_partial() }}

)

select * from final
