{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='order_id',
    meta={'affected': {'keys': 'int_order_hdr__affected', 'column': 'order_id'}}
) }}

with versions as (

    select * from {{ ref('stg_wms__order_hdr_versions') }}
    {{ only_affected('order_hdr_id', 'int_order_hdr__affected') }}

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
