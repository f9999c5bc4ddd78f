with evaluated as (

    select * from {{ ref('int_quality__rules_evaluated') }}

),

final as (

    select *
    from evaluated
    where handling <> 'off'

)

select * from final
