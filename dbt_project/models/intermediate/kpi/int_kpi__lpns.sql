with lpns as (

    select * from {{ ref('lpn_ageing') }}
    where
        container_type = 'I'
        and facility_code is not null

),

summed as (

    select
        facility_id,
        as_of_date as business_date,
        sum(lpn_count) as lpn_count,
        sum(case when age_band_order >= 4 then lpn_count else 0 end) as aged_count
    from lpns
    group by facility_id, as_of_date

),

final as (
{{ kpi_rows('summed', [
    {'kpi': 'aged_lpns', 'unit': 'share', 'numerator': 'aged_count', 'denominator': 'lpn_count', 'judged': 'lpn_count', 'relevant': 'lpn_count'},
]) }}
)

select * from final
