{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='order_id',
    meta={'affected': {'keys': 'int_order_hdr__affected', 'column': 'order_id'}}
) }}

with instructions as (

    select * from {{ ref('stg_wms__order_instruction') }}
    {{ only_affected('order_id', 'int_order_hdr__affected') }}

),

placed as (

    select
        order_id,
        instr_desc,
        row_number() over (
            partition by order_id
            order by case when order_dtl_id is null then 0 else 1 end, order_instruction_id
        ) as place
    from instructions
    where
        is_deleted = 0
        and order_id is not null

),

summed as (

    select
        order_id,
        cast(count(*) as integer) as instruction_count,
        max(case when place = 1 then instr_desc end) as first_instruction
    from placed
    group by order_id

)

select * from summed
