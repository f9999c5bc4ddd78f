-- KPIs have the unit that the dictionary declares, and shares are between 0 and 1. Returns other values.
-- A facility that is too full, or whose stock is negative, is a fact, so space_utilisation has no bounds.
with daily as (

    select * from {{ ref('kpi_daily') }}

),

definitions as (

    select * from {{ ref('kpi_definitions') }}

)

select
    daily.facility_id,
    daily.business_date,
    daily.kpi,
    daily.kpi_value,
    daily.unit,
    definitions.unit as declared_unit
from daily
inner join definitions on daily.kpi = definitions.kpi
where
    daily.unit <> definitions.unit
    or (
        daily.unit = 'share'
        and daily.kpi <> 'space_utilisation'
        and daily.kpi_value not between 0 and 1
    )
