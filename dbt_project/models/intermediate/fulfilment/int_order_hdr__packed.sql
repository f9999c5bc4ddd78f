with versions as (

    select * from {{ ref('stg_wms__order_hdr_versions') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'order'

),

packed as (

    select
        versions.order_hdr_id as order_id,
        min(versions.modified_at) as packed_at
    from versions
    inner join statuses on versions.status_id = statuses.status_id
    where
        {{ means('statuses.meaning', 'packed') }}
        and versions.is_deleted = 0
    group by versions.order_hdr_id

)

select * from packed
