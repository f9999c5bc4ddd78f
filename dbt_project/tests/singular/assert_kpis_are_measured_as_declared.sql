-- The unit of a KPI is that of the dictionary, and a share lies between 0 and 1. A row is a value that contradicts it.
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
    or (daily.unit = 'share' and daily.kpi_value not between 0 and 1)
