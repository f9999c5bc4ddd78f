{#- Entries of the stock history whose rows can differ from those of the last build. -#}
with entries as (

    select * from {{ ref('stg_wms__inventory_history') }}
    where {{ is_new('inventory_history') }}

),

final as (

    select inventory_history_id
    from entries
    where
        inventory_history_id is not null
        {{- and_partial() }}

)

select * from final
