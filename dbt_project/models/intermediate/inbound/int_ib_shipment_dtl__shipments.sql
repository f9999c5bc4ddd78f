{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='ib_shipment_dtl_id'
) }}

{#- The shipment of each line, also of a hidden one. int_receipt__affected reads it as the last build left it. -#}
{%- do build_after('int_receipt__affected') -%}
with lines as (

    select * from {{ ref('stg_wms__ib_shipment_dtl') }}
    {{ 'where ' ~ is_new('ib_shipment_dtl') if is_partial() }}

),

final as (

    select
        ib_shipment_dtl_id,
        ib_shipment_id
    from lines

)

select * from final
