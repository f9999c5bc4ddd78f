{%- set timed = {'unit': 'share', 'denominator': 'timed_count', 'judged': 'timed_count', 'relevant': 'line_count'} -%}
with lines as (

    select * from {{ ref('purchase_orders') }}
    where
        is_cancelled = 0
        and (is_deleted = 0 or is_closed = 1)

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

summed as (

    select
        lines.facility_id,
        lines.due_date as business_date,
        count(*) as line_count,
        count(lines.is_on_time) as timed_count,
        sum(lines.is_on_time) as on_time_count
    from lines
    inner join facility on lines.facility_id = facility.facility_id
    where lines.due_date < facility.read_until_date
    group by lines.facility_id, lines.due_date

),

final as (
{{ kpi_rows('summed', [
    dict(timed, kpi='on_time_receipts', numerator='on_time_count'),
]) }}
)

select * from final
