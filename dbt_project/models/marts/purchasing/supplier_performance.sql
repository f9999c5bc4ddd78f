{%- set key = [number_text('company_id'), number_text('vendor_id'), timestamp_text('month_start_date')] -%}
with lines as (

    select * from {{ ref('purchase_orders') }}
    where
        is_cancelled = 0
        and (is_deleted = 0 or is_closed = 1)
        and due_date is not null

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

calendar as (

    select * from {{ ref('dim_date') }}

),

due as (

    select
        lines.*,
        calendar.month_start_date
    from lines
    inner join facility on lines.facility_id = facility.facility_id
    inner join calendar on lines.due_date = calendar.calendar_date
    where lines.due_date < facility.read_until_date

),

summed as (

    select
        company_id,
        vendor_id,
        month_start_date,
        max(company_code) as company_code,
        max(vendor_code) as vendor_code,
        max(vendor_name) as vendor_name,
        count(distinct purchase_order_id) as purchase_order_count,
        count(*) as line_count,
        sum(is_closed) as closed_line_count,
        count(is_on_time) as timed_line_count,
        sum(is_on_time) as on_time_line_count,
        sum(coalesce(is_in_full, 0)) as in_full_line_count,
        sum(coalesce(is_on_time, 0) * coalesce(is_in_full, 0)) as on_time_in_full_line_count,
        sum(wanted_qty) as wanted_qty,
        sum(received_qty) as received_qty,
        sum(case when variance_qty < 0 then -variance_qty else 0 end) as short_qty,
        sum(case when variance_qty > 0 then variance_qty else 0 end) as over_qty,
        sum(ordered_value) as ordered_value,
        sum(received_value) as received_value,
        sum(case when days_late > 0 then days_late else 0 end) as late_days
    from due
    group by company_id, vendor_id, month_start_date

),

final as (

    select
        {{ hash_key(key) }} as supplier_performance_id,
        company_id,
        company_code,
        vendor_id,
        vendor_code,
        vendor_name,
        month_start_date,
        cast(purchase_order_count as integer) as purchase_order_count,
        cast(line_count as integer) as line_count,
        cast(closed_line_count as integer) as closed_line_count,
        cast(timed_line_count as integer) as timed_line_count,
        cast(coalesce(on_time_line_count, 0) as integer) as on_time_line_count,
        cast(in_full_line_count as integer) as in_full_line_count,
        cast(on_time_in_full_line_count as integer) as on_time_in_full_line_count,
        {{ ratio('on_time_line_count', 'timed_line_count') }} as on_time_ratio,
        {{ ratio('in_full_line_count', 'line_count') }} as in_full_ratio,
        cast(wanted_qty as decimal(19, 6)) as wanted_qty,
        cast(received_qty as decimal(19, 6)) as received_qty,
        cast(short_qty as decimal(19, 6)) as short_qty,
        cast(over_qty as decimal(19, 6)) as over_qty,
        {{ ratio('received_qty', 'wanted_qty') }} as fill_ratio,
        cast(ordered_value as decimal(19, 6)) as ordered_value,
        cast(received_value as decimal(19, 6)) as received_value,
        cast(round(late_days * 1.0 / line_count, 4) as decimal(19, 4)) as mean_days_late
    from summed

)

select * from final
