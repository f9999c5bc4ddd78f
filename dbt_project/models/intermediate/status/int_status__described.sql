{#- One row per status: of the tenant's lookups, and of the seeds if the lookup lacks it. -#}
with lookups as (

    select * from {{ ref('int_status__lookups') }}

),

known_ids as (

    select * from {{ ref('status_ids') }}

),

overrides as (

    select * from {{ ref('status_overrides') }}

),

words as (

    select * from {{ ref('status_meanings') }}

),

declared as (

    select
        entity,
        status_id
    from known_ids
    union
    select
        entity,
        status_id
    from overrides
    where status_id is not null

),

listed as (

    select
        coalesce(lookups.entity, declared.entity) as entity,
        coalesce(lookups.status_id, declared.status_id) as status_id,
        lookups.status_description,
        coalesce(lookups.is_deleted, 0) as is_deleted,
        case when lookups.status_id is not null then 1 else 0 end as is_listed,
        {{ plain_text('lookups.status_description') }} as plain_name
    from lookups
    full outer join declared on lookups.entity = declared.entity and lookups.status_id = declared.status_id

),

found as (

    select
        listed.entity,
        listed.status_id,
        listed.status_description,
        listed.is_deleted,
        listed.is_listed,
        (
            select max(lower(overrides.meaning)) from overrides
            where overrides.entity = listed.entity and overrides.status_id = listed.status_id
        ) as meaning_by_override_id,
        (
            select max(lower(overrides.meaning)) from overrides
            where
                overrides.entity = listed.entity
                and overrides.status_id is null
                and {{ plain_text('overrides.status_description') }} = listed.plain_name
        ) as meaning_by_override,
        (
            select coalesce(max(case when words.entity <> 'any' then words.meaning end), max(words.meaning))
            from words
            where words.entity in (listed.entity, 'any') and words.status_description = listed.plain_name
        ) as meaning_by_label,
        (
            select max(known_ids.meaning) from known_ids
            where known_ids.entity = listed.entity and known_ids.status_id = listed.status_id
        ) as meaning_by_id
    from listed

)

select * from found
