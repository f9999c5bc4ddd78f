with versions as (

    select * from {{ ref('stg_wms__order_hdr_versions') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'order'

),

highest_statuses as (

    select
        versions.order_hdr_id,
        max(statuses.status_rank) as highest_status_rank
    from versions
    inner join statuses on versions.status_id = statuses.status_id
    group by versions.order_hdr_id

)

select * from highest_statuses
