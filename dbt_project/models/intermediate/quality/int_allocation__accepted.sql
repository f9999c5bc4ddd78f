with allocation as (

    select * from {{ ref('stg_wms__allocation') }}

),

rejections as (

    select * from {{ ref('int_allocation__rules_broken') }}
    where severity = 'error'

),

accepted as (

    select *
    from allocation
    where not exists (
        select 1
        from rejections
        where rejections.entity_id = allocation.allocation_id
    )

)

select * from accepted
