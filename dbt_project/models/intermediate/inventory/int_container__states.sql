{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='read_order',
    meta={'affected': {'keys': 'int_container__affected', 'column': 'container_id'}}
) }}

with versions as (

    select * from {{ ref('stg_wms__container_versions') }}
    where
        is_valid_document = 1
        {{ only_affected('container_id', 'int_container__affected', 'and') }} -- noqa: LT02

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'container'

),

judged as (

    select
        versions.container_id,
        versions.read_order,
        versions.loaded_at,
        versions.container_type,
        versions.curr_location_id,
        {{ is_stored('versions.container_type', 'statuses.meaning') }} as is_stored
    from versions
    left join statuses on versions.status_id = statuses.status_id

),

compared as (

    select
        judged.*,
        lag(judged.is_stored) over (partition by judged.container_id order by judged.read_order) as previous_is_stored,
        lag(judged.curr_location_id) over (
            partition by judged.container_id order by judged.read_order
        ) as previous_location_id
    from judged

),

changes as (

    select *
    from compared
    where
        previous_is_stored is null
        or is_stored <> previous_is_stored
        or coalesce(curr_location_id, -1) <> coalesce(previous_location_id, -1)

),

states as (

    -- the first state known is also that of the time before
    select
        container_id,
        read_order,
        container_type,
        is_stored,
        curr_location_id,
        case when previous_is_stored is not null then loaded_at end as valid_from,
        lead(loaded_at) over (partition by container_id order by read_order) as valid_to
    from changes

)

select * from states
