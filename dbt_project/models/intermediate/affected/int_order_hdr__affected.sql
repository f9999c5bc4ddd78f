{#- Orders whose rows, or rows of their lines and allocations, can differ from those of the last build. -#}
with order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

changed_lines as (

    select * from {{ ref('int_order_dtl__changed') }}

),

instructions as (

    select * from {{ ref('stg_wms__order_instruction') }}
    where {{ is_new('order_instruction') }}

),

entries as (

    select * from {{ ref('stg_wms__inventory_history') }}
    where {{ is_new('inventory_history') }}

),

found as (

    select order_hdr_id as order_id
    from order_hdr
    where {{ is_new('order_hdr') }}

    union all

    select order_id
    from order_dtl
    where order_dtl_id in (select changed_lines.order_dtl_id from changed_lines)

    union all

    select order_id from instructions

    union all

    select order_id from entries
    {{ former_orders() }}

),

numbers as (

    select order_nbr
    from order_hdr
    where order_hdr_id in (select found.order_id from found)
    {{ former_numbers() }}

),

with_duplicates as (

    -- whether an order is a duplicate depends on all orders of its number
    select order_id from found

    union all

    select order_hdr_id
    from order_hdr
    where order_nbr in (select numbers.order_nbr from numbers)

),

final as (

    select distinct order_id
    from with_duplicates
    where
        order_id is not null
        {{- and_partial() }}

)

select * from final
