with order_dtl as (

    select * from {{ ref('stg_wms__order_dtl') }}

),

findings as (

    select * from {{ ref('int_order_dtl__rule_violations') }}
    where handling = 'hidden'

),

counted as (

    select
        order_dtl.order_id,
        cast(count(distinct findings.entity_id) as integer) as hidden_line_count
    from findings
    inner join order_dtl on findings.entity_id = order_dtl.order_dtl_id
    where order_dtl.order_id is not null
    group by order_dtl.order_id

)

select * from counted
