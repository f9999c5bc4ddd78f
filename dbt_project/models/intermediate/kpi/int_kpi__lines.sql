with orders as (

    select * from {{ ref('orders') }}

),

lines as (

    select * from {{ ref('order_lines') }}
    where is_deleted = 0 or {{ means('status_meaning', 'terminal') }}

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

judged as (

    select
        orders.facility_id,
        orders.shipped_date,
        orders.due_date,
        orders.is_shipped,
        orders.is_cancelled,
        facility.read_until_date,
        case when orders.has_error = 0 and lines.is_fill_known = 1 then 1 else 0 end as is_known,
        lines.wanted_qty,
        case when lines.packed_qty > lines.wanted_qty then lines.wanted_qty else lines.packed_qty end as filled_qty,
        lines.is_cancelled as is_line_cancelled,
        coalesce(lines.is_filled, 0) as is_filled
    from lines
    inner join orders on lines.order_id = orders.order_id
    inner join facility on orders.facility_id = facility.facility_id
    where orders.is_deleted = 0 or orders.is_shipped = 1

),

units as (

    select
        facility_id,
        shipped_date as business_date,
        count(*) as line_count,
        sum(is_known) as known_count,
        sum(is_known * filled_qty) as filled_qty,
        sum(is_known * wanted_qty) as wanted_qty
    from judged
    where
        is_shipped = 1
        and shipped_date is not null
    group by facility_id, shipped_date

),

due as (

    select
        facility_id,
        due_date as business_date,
        count(*) as line_count,
        sum(is_known) as known_count,
        sum(is_known * (1 - is_filled)) as unfilled_count
    from judged
    where
        is_cancelled = 0
        and is_line_cancelled = 0
        and due_date < read_until_date
    group by facility_id, due_date

),

final as (
{{ kpi_rows('units', [
    {'kpi': 'unit_fill_rate', 'unit': 'share', 'numerator': 'filled_qty', 'denominator': 'wanted_qty', 'judged': 'known_count', 'relevant': 'line_count'},
]) }}
    union all
{{ kpi_rows('due', [
    {'kpi': 'backorder_share', 'unit': 'share', 'numerator': 'unfilled_count', 'denominator': 'known_count', 'judged': 'known_count', 'relevant': 'line_count'},
]) }}
)

select * from final
