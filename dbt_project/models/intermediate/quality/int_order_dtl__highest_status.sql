with versions as (

    select * from {{ ref('stg_wms__order_dtl_versions') }}

),

highest_statuses as (

    select
        order_dtl_id,
        max(status_id) as highest_status_id
    from versions
    group by order_dtl_id

)

select * from highest_statuses
