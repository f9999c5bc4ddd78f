{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='wms_activity_dtl_id'
) }}

{#- The activity of each step. int_task__affected reads it as the last build left it. -#}
{%- do build_after('int_task__affected') -%}
with steps as (

    select * from {{ ref('stg_wms__wms_activity_dtl') }}
    {{ 'where ' ~ is_new('wms_activity_dtl') if is_partial() }}

),

final as (

    select
        wms_activity_dtl_id,
        wms_activity_id
    from steps

)

select * from final
