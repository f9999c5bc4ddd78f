{%- set locations = {'unit': 'share', 'denominator': 'counted', 'judged': 'counted', 'relevant': 'counted'} -%}
{%- set units = {'unit': 'share', 'denominator': 'larger_qty', 'judged': 'line_count', 'relevant': 'line_count'} -%}
with lines as (

    select * from {{ ref('cycle_counts') }}
    where
        is_rejected = 0
        and business_date is not null
        and facility_code is not null

),

summed as (

    select
        facility_id,
        business_date,
        count(*) as line_count,
        count(distinct cc_adjustment_hdr_id) as counted,
        count(distinct case when is_location_accurate = 1 then cc_adjustment_hdr_id end) as accurate_count,
        sum(
            case
                when counted_qty < 0 or expected_qty < 0 then 0
                when counted_qty < expected_qty then counted_qty
                else expected_qty
            end
        ) as smaller_qty,
        sum(case when counted_qty < expected_qty then expected_qty else counted_qty end) as larger_qty
    from lines
    group by facility_id, business_date

),

final as (
{{ kpi_rows('summed', [
    dict(locations, kpi='location_count_accuracy', numerator='accurate_count'),
    dict(units, kpi='unit_count_accuracy', numerator='smaller_qty'),
]) }}
)

select * from final
