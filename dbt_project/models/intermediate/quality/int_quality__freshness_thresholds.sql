with thresholds as (
    {{ freshness_thresholds('wms') }}

)

select * from thresholds
