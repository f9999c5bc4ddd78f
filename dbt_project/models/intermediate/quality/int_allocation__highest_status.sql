with versions as (

    select * from {{ ref('stg_wms__allocation_versions') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'allocation'

),

highest_statuses as (

    select
        versions.allocation_id,
        max(statuses.status_rank) as highest_status_rank
    from versions
    inner join statuses on versions.status_id = statuses.status_id
    group by versions.allocation_id

)

select * from highest_statuses
