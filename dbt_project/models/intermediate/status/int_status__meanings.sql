{{ config(materialized='table') }}

{#- A known id counts only in a lookup that confirms the known ids: a name of it has the meaning of its known id, and
    none has another. Without that, the lookup may be renumbered, and ids would give wrong meanings. A lookup without
    names, or one that is not read, neither confirms nor contradicts: its known ids count. -#}
with described as (

    select * from {{ ref('int_status__described') }}

),

compared as (

    select
        entity,
        max(is_listed) as is_read,
        -- a code in digits is no name; letters of a script without capitals are one
        max(
            case
                when length(trim(translate(status_description, '0123456789+-.', '             '))) > 0 then 1
                else 0
            end
        ) as has_names,
        max(case when meaning_by_label = meaning_by_id then 1 else 0 end) as has_confirmed_ids,
        max(case when meaning_by_label <> meaning_by_id then 1 else 0 end) as has_other_ids
    from described
    group by entity

),

lookups as (

    select
        entity,
        is_read,
        case when has_other_ids = 0 and (has_confirmed_ids = 1 or has_names = 0) then 1 else 0 end as has_known_ids
    from compared

),

resolved as (

    select
        described.entity,
        described.status_id,
        described.status_description,
        described.is_deleted,
        case
            when described.meaning_by_override_id is not null then described.meaning_by_override_id
            when described.meaning_by_override is not null then described.meaning_by_override
            when described.meaning_by_label is not null then described.meaning_by_label
            when lookups.has_known_ids = 1 then described.meaning_by_id
        end as meaning,
        case
            when coalesce(described.meaning_by_override_id, described.meaning_by_override) is not null then 'override'
            when described.meaning_by_label is not null then 'label'
            when lookups.has_known_ids = 1 and described.meaning_by_id is not null then 'id'
            else 'none'
        end as meaning_source
    from described
    inner join lookups on described.entity = lookups.entity
    where
        described.is_listed = 1
        or described.meaning_by_override_id is not null
        or lookups.is_read = 0

),

final as (

    select
        entity,
        status_id,
        status_description,
        is_deleted,
        cast(coalesce(meaning, 'unknown') as varchar(30)) as meaning,
        cast(meaning_source as varchar(10)) as meaning_source,
        cast(
            case meaning
                {%- for meaning, details in status_vocabulary().items() %}
                when '{{ meaning }}' then {{ details.rank }}
                {%- endfor %}
            end as integer
        ) as status_rank,
        case when {{ means('meaning', 'terminal') }} then 1 else 0 end as is_terminal,
        case when {{ means('meaning', 'shipped') }} then 1 else 0 end as is_shipped,
        case when {{ means('meaning', 'cancelled') }} then 1 else 0 end as is_cancelled
    from resolved

)

select * from final
