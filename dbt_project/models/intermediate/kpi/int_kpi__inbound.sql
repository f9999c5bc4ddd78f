with receipts as (

    select * from {{ ref('receipts') }}
    -- a KPI belongs to a facility
    where
        stored_date is not null
        and facility_id is not null

),

summed as (

    select
        facility_id,
        stored_date as business_date,
        count(*) as relevant_count,
        count(dock_to_stock_seconds) as stored_count,
        sum(dock_to_stock_seconds) / 3600.0 as stored_hours
    from receipts
    group by facility_id, stored_date

),

final as (
{{ kpi_rows('summed', [
    {'kpi': 'dock_to_stock', 'unit': 'hours', 'numerator': 'stored_hours', 'denominator': 'stored_count', 'judged': 'stored_count', 'relevant': 'relevant_count'},
]) }}
)

select * from final
