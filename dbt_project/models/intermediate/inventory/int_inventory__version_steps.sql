{%- set kept = [
    'facility_id', 'item_id', 'is_outbound', 'location_id', 'container_id', 'status_id', 'qty', 'is_in_scope',
] -%}

with versions as (

    select * from {{ ref('stg_wms__inventory_versions') }}
    where
        is_valid_document = 1
        and inventory_id not in (
            select refused.entity_id
            from {{ ref('int_quality__rule_violations') }} refused
            where refused.entity = 'inventory' and refused.handling = 'hidden'
        )

),

container as (

    select * from {{ ref('stg_wms__container') }}

),

placed as (

    select
        versions.inventory_id,
        versions.read_order,
        versions.content_hash,
        row_number() over (
            partition by
                versions.inventory_id, versions.content_hash, versions.is_deleted,
                coalesce(versions.is_in_scope, 1)
            order by versions.read_order
        ) as occurrence,
        versions.facility_id,
        versions.item_id,
        case when container.container_type = 'O' then 1 else 0 end as is_outbound,
        versions.location_id,
        versions.container_id,
        versions.status_id,
        case
            when versions.is_deleted = 1 or versions.is_in_scope = 0 then 0
            else coalesce(versions.curr_qty, 0)
        end as qty,
        versions.is_deleted,
        coalesce(versions.is_in_scope, 1) as is_in_scope,
        versions.created_at,
        versions.modified_at,
        versions.loaded_at
    from versions
    left join container on versions.container_id = container.container_id

),

first_reading as (

    select min(loaded_at) as first_read_at
    from versions

),

followed as (

    select
        placed.*,
        {%- for column in kept %}
        lag(placed.{{ column }}) over (
            partition by placed.inventory_id order by placed.read_order
        ) as previous_{{ column }},
        {%- endfor %}
        lag(placed.read_order) over (
            partition by placed.inventory_id order by placed.read_order
        ) as previous_read_order
    from placed

),

stepped as (

    select
        followed.*,
        case
            when
                coalesce(followed.facility_id, -1) = coalesce(followed.previous_facility_id, -1)
                and coalesce(followed.item_id, -1) = coalesce(followed.previous_item_id, -1)
                and followed.is_outbound = followed.previous_is_outbound
                then 1
            else 0
        end as is_same_stock,
        case
            when followed.previous_read_order is not null or followed.created_at > first_reading.first_read_at then 0
            else 1
        end as is_opening
    from followed
    cross join first_reading

)

select * from stepped
