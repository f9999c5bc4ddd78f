with receipts as (

    select * from {{ ref('receipts') }}
    where dock_to_stock_seconds is not null

),

summed as (

    select
        facility_id,
        stored_date as business_date,
        count(*) as stored_count,
        sum(dock_to_stock_seconds) / 3600.0 as stored_hours
    from receipts
    group by facility_id, stored_date

),

final as (
{{ kpi_rows('summed', [
    {'kpi': 'dock_to_stock', 'unit': 'hours', 'numerator': 'stored_hours', 'denominator': 'stored_count'},
]) }}
)

select * from final
