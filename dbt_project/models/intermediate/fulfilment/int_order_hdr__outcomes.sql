{#- Quantities of an order, and whether it left in full and on time. A due day ends at midnight of the facility. -#}
with orders as (

    select * from {{ ref('int_order_hdr__localised') }}

),

lines as (

    select * from {{ ref('int_order_hdr__lines_summed') }}

),

hidden_lines as (

    select * from {{ ref('int_order_hdr__lines_hidden') }}

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

joined as (

    select
        orders.*,
        {{ seconds_between('orders.created_at', 'orders.shipped_at') }} as cycle_seconds,
        coalesce(lines.line_count, 0) as line_count,
        coalesce(lines.cancelled_line_count, 0) as cancelled_line_count,
        coalesce(lines.filled_line_count, 0) as filled_line_count,
        coalesce(lines.unknown_line_count, 0) as unknown_line_count,
        coalesce(hidden_lines.hidden_line_count, 0) as hidden_line_count,
        coalesce(lines.ordered_qty, 0) as ordered_qty,
        coalesce(lines.cancelled_qty, 0) as cancelled_qty,
        coalesce(lines.allocated_qty, 0) as allocated_qty,
        coalesce(lines.packed_qty, 0) as packed_qty,
        lines.wave_id,
        coalesce(lines.wave_count, 0) as wave_count,
        {{ ratio('lines.packed_qty', '(lines.ordered_qty - lines.cancelled_qty)') }} as fill_ratio,
        case
            when {{ means('orders.status_meaning', 'terminal') }} or orders.is_deleted = 1 then 0
            else 1
        end as is_open,
        coalesce(orders.shipped_at, facility.read_until_at) as waited_until_at,
        facility.read_until_date
    from orders
    left join lines on orders.order_id = lines.order_id
    left join hidden_lines on orders.order_id = hidden_lines.order_id
    left join facility on orders.facility_id = facility.facility_id

),

judged as (

    select
        joined.*,
        case
            when joined.line_count > 0 and joined.unknown_line_count = 0 and joined.hidden_line_count = 0
                then case when joined.is_shipped = 1 and joined.filled_line_count = joined.line_count then 1 else 0 end
        end as is_in_full,
        case
            when joined.is_cancelled = 1 then null
            when joined.shipped_date is not null then 1 - joined.is_on_time
            when joined.is_shipped = 1 or joined.is_deleted = 1 then null
            when joined.read_until_date > joined.due_date then 1
            when joined.read_until_date <= joined.due_date then 0
        end as is_late,
        {{ seconds_between(
            add_days('joined.due_date', 1), to_facility_time('joined.waited_until_at', 'joined.time_zone')
        ) }} as seconds_after_due
    from joined

),

final as (

    select
        judged.*,
        cast(
            round(case judged.is_late when 1 then judged.seconds_after_due when 0 then 0 end / 3600.0, 4)
            as decimal(19, 4)
        ) as hours_late
    from judged

)

select * from final
