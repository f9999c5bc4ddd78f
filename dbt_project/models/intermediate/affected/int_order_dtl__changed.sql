{#- Order lines that new versions concern directly. -#}
with order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

allocation as (

    select * from {{ ref('stg_wms__allocation') }}
    where {{ is_new('allocation') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}
    where {{ is_new('item') }}

),

wave as ( -- noqa: ST03

    select * from {{ ref('stg_wms__wave') }}
    where {{ is_new('wave') }}

),

found as (

    select order_dtl_id
    from order_dtl
    where
        {{ is_new('order_dtl') }}
        or item_id in (select item.item_id from item)

    union all

    select order_dtl_id from allocation

    {%- if built_up_to() %}

    union all

    -- the lines that the allocations had before
    select order_dtl_id
    from {{ as_built('allocation_performance') }}
    where allocation_id in (select allocation.allocation_id from allocation)

    union all

    select order_dtl_id
    from {{ as_built('order_lines') }}
    where wave_id in (select wave.wave_id from wave)

    union all

    -- whether a rule hides depends on how many records break it; hidden records are in no mart
    select entity_id
    from {{ as_built('int_order_dtl__rule_violations') }}
    where severity = 'hide'

    union all

    select parent_id
    from {{ as_built('int_allocation__rule_violations') }}
    where severity = 'hide'
    {%- endif %}

),

final as (

    select distinct order_dtl_id
    from found
    where
        order_dtl_id is not null
        {{- and_partial() }}

)

select * from final
