with statuses as (

    select * from {{ ref('int_status__meanings') }}

),

final as (

    select
        entity,
        status_id,
        status_description,
        meaning as status_meaning,
        meaning_source,
        status_rank,
        is_terminal,
        is_shipped,
        is_cancelled,
        is_deleted
    from statuses

)

select * from final
