{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='order_instruction_id'
) }}

{#- The order of each instruction. int_order_hdr__affected reads it as the last build left it. -#}
{%- do build_after('int_order_hdr__affected') -%}
with instructions as (

    select * from {{ ref('stg_wms__order_instruction') }}
    {{ 'where ' ~ is_new('order_instruction') if is_partial() }}

),

final as (

    select
        order_instruction_id,
        order_id
    from instructions

)

select * from final
