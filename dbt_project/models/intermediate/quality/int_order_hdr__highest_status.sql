with versions as (

    select * from {{ ref('stg_wms__order_hdr_versions') }}

),

highest_statuses as (

    select
        order_hdr_id,
        max(status_id) as highest_status_id
    from versions
    group by order_hdr_id

)

select * from highest_statuses
