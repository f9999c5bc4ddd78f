{{ config(materialized='table') }}

{#- A known id counts only for a tenant whose labels agree with the known ids: a renumbered lookup would give wrong meanings. -#}
with described as (

    select * from {{ ref('int_status__described') }}

),

renumbered as (

    select distinct entity
    from described
    where meaning_by_label <> meaning_by_id

),

read_lookups as (

    select distinct entity
    from described
    where status_description is not null

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
            when renumbered.entity is null then described.meaning_by_id
        end as meaning,
        case
            when coalesce(described.meaning_by_override_id, described.meaning_by_override) is not null then 'override'
            when described.meaning_by_label is not null then 'label'
            when renumbered.entity is null and described.meaning_by_id is not null then 'id'
            else 'none'
        end as meaning_source
    from described
    left join renumbered on described.entity = renumbered.entity
    left join read_lookups on described.entity = read_lookups.entity
    where
        described.status_description is not null
        or described.meaning_by_override_id is not null
        or read_lookups.entity is null

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
