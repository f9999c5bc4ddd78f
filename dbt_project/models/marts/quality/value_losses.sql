with lost as (

    select * from {{ ref('int_quality__values_lost') }}

),

final as (

    select
        {{ hash_key(['entity', 'column_name', 'kind']) }} as value_loss_id,
        entity,
        column_name,
        kind,
        cast(count(*) as integer) as record_count,
        min(entity_id) as example_entity_id,
        max(loaded_at) as last_loaded_at
    from lost
    group by entity, column_name, kind

)

select * from final
