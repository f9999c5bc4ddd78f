{%- set counted = {
    'unit': 'share', 'denominator': 'check_count', 'judged': 'check_count', 'relevant': 'check_count',
} -%}
with checks as (

    select * from {{ ref('inventory_transactions') }}
    where
        activity_id in (73, 74)
        and business_date is not null
        and facility_code is not null

),

summed as (

    select
        facility_id,
        business_date,
        count(*) as check_count,
        sum(case when activity_id = 73 then 1 else 0 end) as accepted_count
    from checks
    group by facility_id, business_date

),

final as (
{{ kpi_rows('summed', [
    dict(counted, kpi='quality_acceptance', numerator='accepted_count'),
]) }}
)

select * from final
