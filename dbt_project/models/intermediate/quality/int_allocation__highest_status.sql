with versions as (

    select * from {{ ref('stg_wms__allocation_versions') }}

),

highest_statuses as (

    select
        allocation_id,
        max(status_id) as highest_status_id
    from versions
    group by allocation_id

)

select * from highest_statuses
