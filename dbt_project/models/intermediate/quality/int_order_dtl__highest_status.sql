{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='order_dtl_id',
    meta={'affected': {'keys': 'int_order_dtl__affected', 'column': 'order_dtl_id'}}
) }}

with versions as (

    select * from {{ ref('stg_wms__order_dtl_versions') }}
    {{ only_affected('order_dtl_id', 'int_order_dtl__affected') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'order'

),

highest_statuses as (

    select
        versions.order_dtl_id,
        max(statuses.status_rank) as highest_status_rank
    from versions
    inner join statuses on versions.status_id = statuses.status_id
    group by versions.order_dtl_id

)

select * from highest_statuses
