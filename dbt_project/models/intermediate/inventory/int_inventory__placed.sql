{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key=['read_order', 'seen_at'],
    meta={'affected': {'keys': 'int_inventory__affected', 'column': 'inventory_id'}}
) }}

with versions as (

    select * from {{ ref('stg_wms__inventory_versions') }}
    where
        is_valid_document = 1
        {{ only_affected('inventory_id', 'int_inventory__affected', 'and') }}
        and inventory_id not in (
            select refused.entity_id
            from {{ ref('int_inventory__rule_violations') }} refused
            where refused.handling = 'hidden'
        )

),

states as (

    select * from {{ ref('int_container__states') }}

),

location as (

    select * from {{ ref('stg_wms__location') }}
    where is_deleted = 0 and is_in_scope = 1

),

last_reading as (

    select * from {{ ref('int_inventory__last_reading') }}

),

spans as (

    select
        versions.*,
        coalesce(versions.is_in_scope, 1) as is_scoped,
        lead(versions.loaded_at) over (partition by versions.inventory_id order by versions.read_order) as replaced_at
    from versions

),

located as (

    -- a version stands for each state of its LPN while it was current
    select
        spans.*,
        case when states.container_type = 'O' then 1 else 0 end as is_outbound,
        coalesce(states.is_stored, 1) as is_stored,
        coalesce(spans.location_id, states.curr_location_id) as place_id,
        case when states.valid_from > spans.loaded_at then states.valid_from else spans.loaded_at end as seen_at
    from spans
    left join states
        on
            spans.container_id = states.container_id
            and (states.valid_to is null or spans.loaded_at < states.valid_to)
            and (
                states.valid_from is null
                or spans.loaded_at >= states.valid_from
                or (spans.is_deleted = 0 and (spans.replaced_at is null or spans.replaced_at > states.valid_from))
            )

),

placed as (

    select
        {%- for column in ['inventory_id', 'read_order', 'content_hash', 'facility_id', 'item_id', 'is_outbound'] %}
        located.{{ column }},
        {%- endfor %}
        located.is_stored,
        located.place_id as location_id,
        located.container_id,
        located.status_id,
        case
            when located.is_deleted = 1 or located.is_scoped = 0 or located.is_stored = 0 then 0
            else coalesce(located.curr_qty, 0)
        end as qty,
        case when {{ capacity('location.max_volume') }} > 0 then 1 else 0 end as is_measured,
        located.is_deleted,
        located.is_scoped as is_in_scope,
        located.created_at,
        located.modified_at,
        located.seen_at,
        least(located.seen_at, last_reading.read_until_at) as loaded_at
    from located
    cross join last_reading
    left join location on located.place_id = location.location_id

)

select * from placed
