with lines as (

    select * from {{ ref('order_lines') }}
    where
        is_cancelled = 0
        and is_deleted = 0
        and is_in_scope = 1

),

summed as (

    select
        order_id,
        count(*) as open_line_count,
        sum(open_qty) as open_qty
    from lines
    group by order_id

)

select * from summed
