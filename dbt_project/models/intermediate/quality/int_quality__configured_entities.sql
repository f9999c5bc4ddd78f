with scopes as (

    select * from {{ source_or_empty(source('elt', 'elt_scope'), {'entity': 'varchar(50)'}) }}

),

final as (

    select distinct entity
    from scopes

)

select * from final
