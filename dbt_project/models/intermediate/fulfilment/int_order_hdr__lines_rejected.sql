with order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

rejections as (

    select * from {{ ref('int_order_dtl__rules_broken') }}
    where severity = 'error'

),

counted as (

    select
        order_dtl.order_id,
        cast(count(distinct rejections.entity_id) as integer) as rejected_line_count
    from rejections
    inner join order_dtl on rejections.entity_id = order_dtl.order_dtl_id
    group by order_dtl.order_id

)

select * from counted
