{%- set stored = {
    'unit': 'hours', 'denominator': 'stored_count', 'judged': 'stored_count', 'relevant': 'relevant_count',
} -%}
with lpns as (

    select * from {{ ref('received_lpns') }}
    -- a KPI belongs to a facility
    where
        stored_date is not null
        and facility_code is not null

),

summed as (

    select
        facility_id,
        stored_date as business_date,
        count(*) as relevant_count,
        count(dock_to_stock_seconds) as stored_count,
        sum(dock_to_stock_seconds) / 3600.0 as stored_hours,
        percentile_cont(0.9) within group (order by dock_to_stock_seconds) / 3600.0 as stored_hours_p90
    from lpns
    group by facility_id, stored_date

),

final as (
{{ kpi_rows('summed', [
    dict(stored, kpi='dock_to_stock', numerator='stored_hours'),
    dict(stored, kpi='dock_to_stock_p90', numerator='stored_hours_p90 * stored_count'),
]) }}
)

select * from final
