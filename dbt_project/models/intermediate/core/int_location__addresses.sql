{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='location_id'
) }}

{#- Address and zone of each location. int_pick__affected reads it as the last build left it. -#}
{%- do build_after('int_pick__affected') -%}
with location as (

    select * from {{ ref('stg_wms__location') }}
    {{ 'where ' ~ is_new('location') if is_partial() }}

),

final as (

    select
        location_id,
        facility_id,
        locn_str,
        pick_zone
    from location

)

select * from final
