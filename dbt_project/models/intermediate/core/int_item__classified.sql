{#- Classes by cumulative share within the company. An item is in A if the items before it make up less than
    abc_share_a of the total, in B if less than abc_share_b, otherwise in C. -#}
with picks as (

    select * from {{ ref('int_allocation__picks') }}
    where is_complete = 1

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

last_day as (

    select max(picked_date) as picked_date
    from picks

),

moved as (

    select
        picks.item_id,
        count(*) as pick_count,
        sum(picks.done_qty) as moved_qty
    from picks
    cross join last_day
    where picks.picked_date > {{ add_days('last_day.picked_date', 0 - var('item_class_days')) }}
    group by picks.item_id

),

valued as (

    select
        item.item_id,
        item.company_id,
        coalesce(moved.pick_count, 0) as pick_count,
        coalesce(moved.moved_qty, 0) as moved_qty,
        coalesce(moved.moved_qty * item.unit_cost, 0) as moved_value
    from item
    left join moved on item.item_id = moved.item_id

),

ranked as (

    select
        valued.*,
        sum(valued.moved_value) over (partition by valued.company_id) as total_value,
        sum(valued.moved_value) over (
            partition by valued.company_id order by valued.moved_value desc, valued.item_id asc
            rows between unbounded preceding and current row
        ) - valued.moved_value as value_before,
        sum(valued.pick_count) over (partition by valued.company_id) as total_picks,
        sum(valued.pick_count) over (
            partition by valued.company_id order by valued.pick_count desc, valued.item_id asc
            rows between unbounded preceding and current row
        ) - valued.pick_count as picks_before
    from valued

),

classified as (

    select
        item_id,
        cast(pick_count as integer) as pick_count,
        cast(moved_qty as decimal(19, 6)) as moved_qty,
        cast(moved_value as decimal(19, 2)) as moved_value,
        cast(case
            when moved_value > 0 and value_before < {{ var('abc_share_a') }} * total_value then 'A'
            when moved_value > 0 and value_before < {{ var('abc_share_b') }} * total_value then 'B'
            else 'C'
        end as varchar(10)) as abc_class,
        cast(case
            when pick_count = 0 then 'none'
            when picks_before < {{ var('abc_share_a') }} * total_picks then 'fast'
            when picks_before < {{ var('abc_share_b') }} * total_picks then 'medium'
            else 'slow'
        end as varchar(10)) as velocity_class
    from ranked

)

select * from classified
