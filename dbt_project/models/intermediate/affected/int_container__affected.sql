{#- LPNs with new versions. -#}
with container as (

    select * from {{ ref('stg_wms__container') }}
    where {{ is_new('container') }}

),

final as (

    select container_id
    from container
    where
        container_id is not null
        {{- and_partial() }}

)

select * from final
