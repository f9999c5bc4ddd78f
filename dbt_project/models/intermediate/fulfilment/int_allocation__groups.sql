{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='allocation_id',
    meta={'affected': {'keys': 'int_allocation__affected', 'column': 'allocation_id'}}
) }}

{#- int_task__affected and int_pick__affected read this table as the last build left it, to find the former task and day of
    an allocation. They don't read allocation_performance, because then new versions of tasks alone would build all marts of
    orders. -#}
{%- do build_after('int_task__affected') -%}
{%- do build_after('int_pick__affected') -%}
with allocation as (

    select * from {{ ref('allocation_performance') }}
    {{ only_affected('allocation_id', 'int_allocation__affected') }}

),

final as (

    select
        allocation_id,
        task_id,
        picked_date
    from allocation
    where
        task_id is not null
        or picked_date is not null

)

select * from final
