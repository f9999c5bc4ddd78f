{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='wms_activity_id'
) }}

{#- The task of each activity. int_task__affected reads it as the last build left it. -#}
{%- do build_after('int_task__affected') -%}
with activity as (

    select * from {{ ref('stg_wms__wms_activity') }}
    {{ 'where ' ~ is_new('wms_activity') if is_partial() }}

),

final as (

    select
        wms_activity_id,
        facility_id,
        task_nbr
    from activity

)

select * from final
