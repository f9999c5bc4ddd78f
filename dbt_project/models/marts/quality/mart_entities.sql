{%- set needed = needed_entities() -%}

with entity_runs as (

    select * from {{ ref('int_quality__entity_runs') }}

),

needed as (
    {% for mart, entity in needed %}
    select
        cast('{{ mart }}' as varchar(100)) as mart,
        cast('{{ entity }}' as varchar(50)) as entity
    {{ from_dual() }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select * from {{ empty_relation({'mart': 'varchar(100)', 'entity': 'varchar(50)'}) }}
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

final as (

    select
        needed.mart,
        needed.entity,
        reads.last_read_at,
        case when reads.last_read_at is null then 0 else 1 end as is_read
    from needed
    left join reads on needed.entity = reads.entity

)

select * from final
