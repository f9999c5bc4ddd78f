{%- set key = [number_text('facility_id'), number_text('status_id'), number_text('age_band_order')] -%}
with orders as (

    select * from {{ ref('orders') }}
    where
        is_open = 1
        and is_in_scope = 1

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

-- orders without a known facility are compared with the earliest day that has ended
last_reading as (

    select
        max(read_until_at) as read_until_at,
        min(read_until_date) as read_until_date
    from facility

),

lines as (

    select * from {{ ref('int_order_hdr__open_lines') }}

),

aged as (

    select
        orders.*,
        coalesce(lines.open_line_count, 0) as open_line_count,
        coalesce(lines.open_qty, 0) as open_qty,
        {{ seconds_between('orders.created_at', 'last_reading.read_until_at') }} as age_seconds,
        case
            when orders.due_date < coalesce(facility.read_until_date, last_reading.read_until_date) then 1
            else 0
        end as is_overdue
    from orders
    cross join last_reading
    left join facility on orders.facility_id = facility.facility_id
    left join lines on orders.order_id = lines.order_id

),

banded as (

    select
        aged.*,
        case
            when aged.age_seconds < 4 * 3600 then 1
            when aged.age_seconds < 24 * 3600 then 2
            when aged.age_seconds < 48 * 3600 then 3
            when aged.age_seconds < 7 * 86400 then 4
            else 5
        end as age_band_order
    from aged

),

summed as (

    select
        {{ hash_key(key) }} as order_backlog_id,
        facility_id,
        facility_code,
        status_id,
        max(status_description) as status_description,
        max(status_meaning) as status_meaning,
        age_band_order,
        cast(
            case age_band_order
                when 1 then 'under 4 hours'
                when 2 then '4 to 24 hours'
                when 3 then '1 to 2 days'
                when 4 then '2 to 7 days'
                else '7 days or more'
            end as varchar(20)
        ) as age_band,
        cast(count(*) as integer) as order_count,
        cast(sum(is_overdue) as integer) as late_order_count,
        cast(sum(has_error) as integer) as flagged_order_count,
        cast(sum(open_line_count) as integer) as line_count,
        cast(sum(open_qty) as decimal(19, 6)) as open_qty,
        min(created_at) as oldest_created_at
    from banded
    group by facility_id, facility_code, status_id, age_band_order

)

select * from summed
