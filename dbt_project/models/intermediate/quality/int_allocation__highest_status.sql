{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='allocation_id',
    meta={'affected': {'keys': 'int_allocation__affected', 'column': 'allocation_id'}}
) }}

with versions as (

    select * from {{ ref('stg_wms__allocation_versions') }}
    {{ only_affected('allocation_id', 'int_allocation__affected') }}

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
