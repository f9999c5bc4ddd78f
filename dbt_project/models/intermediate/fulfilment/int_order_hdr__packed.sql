with versions as (

    select * from {{ ref('stg_wms__order_hdr_versions') }}

),

packed as (

    select
        order_hdr_id as order_id,
        min(modified_at) as packed_at
    from versions
    where
        status_id = 40
        and is_deleted = 0
    group by order_hdr_id

)

select * from packed
