{%- set needed = needed_entities() -%}
{#- Days without a read after which an entity is no longer read, although a pipeline once registered it: that pipeline may no longer run. Longer than
    the pause of any usual schedule. -#}
{%- set longest_pause = 7 -%}

with entity_runs as (

    select * from {{ ref('int_quality__entity_runs') }}

),

configured as (

    select * from {{ ref('int_quality__configured_entities') }}

),

registered as (

    select count(*) as entity_count
    from configured

),

needed as (
    {% for mart, entity, is_required in needed %}
    select
        cast('{{ mart }}' as varchar(100)) as mart,
        cast('{{ entity }}' as varchar(50)) as entity,
        cast({{ is_required }} as integer) as is_required
    {{ from_dual() }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select * from {{ empty_relation({'mart': 'varchar(100)', 'entity': 'varchar(50)', 'is_required': 'integer'}) }}
    {%- endfor %}

),

reads as (

    select
        entity,
        max(finished_at) as last_read_at
    from entity_runs
    where status = 'ok'
    group by entity

),

newest as (

    select max(last_read_at) as newest_read_at
    from reads

),

final as (

    select
        needed.mart,
        needed.entity,
        needed.is_required,
        reads.last_read_at,
        case when reads.last_read_at is null then 0 else 1 end as is_read,
        case
            -- a target without registered entities was loaded in another way, so the reads decide
            when configured.entity is null and registered.entity_count > 0 then 0
            when reads.last_read_at >= {{ add_days('newest.newest_read_at', -longest_pause) }} then 1
            else 0
        end as is_current
    from needed
    cross join newest
    cross join registered
    left join reads on needed.entity = reads.entity
    left join configured on needed.entity = configured.entity

)

select * from final
