{%- set measured = {'denominator': 'worked_hours', 'judged': 'activity_count', 'relevant': 'activity_count'} -%}
with work as (

    select * from {{ ref('labour_productivity') }}
    where
        activity_kind = 'picking'
        and facility_code is not null

),

summed as (

    select
        facility_id,
        business_date,
        sum(activity_count) as activity_count,
        sum(line_count) as line_count,
        sum(units) as units,
        sum(worked_seconds) / 3600.0 as worked_hours
    from work
    group by facility_id, business_date

),

final as (
{{ kpi_rows('summed', [
    dict(measured, kpi='lines_per_labour_hour', unit='lines per hour', numerator='line_count'),
    dict(measured, kpi='units_per_labour_hour', unit='units per hour', numerator='units'),
]) }}
)

select * from final
