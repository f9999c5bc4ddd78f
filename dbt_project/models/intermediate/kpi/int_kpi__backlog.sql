with orders as (

    select * from {{ ref('int_order_hdr__backlog_orders') }}

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

calendar as (

    select * from {{ ref('dim_date') }}

),

moves as (

    select
        facility_id,
        business_date,
        1 as moved
    from orders
    where is_placed = 1
    union all
    select
        facility_id,
        shipped_date as business_date,
        -1 as moved
    from orders
    where
        is_placed = 1
        and is_shipped = 1

),

changes as (

    select
        facility_id,
        business_date,
        sum(moved) as moved
    from moves
    group by facility_id, business_date

),

covered as (

    select
        facility_id,
        sum(is_placed) as judged_count,
        count(*) as relevant_count
    from orders
    group by facility_id

),

first_days as (

    select
        facility_id,
        min(business_date) as first_date
    from changes
    group by facility_id

),

backlog as (

    select
        facility.facility_id,
        calendar.calendar_date as business_date,
        covered.judged_count,
        covered.relevant_count,
        sum(coalesce(changes.moved, 0)) over (
            partition by facility.facility_id order by calendar.calendar_date
        ) as open_count
    from facility
    inner join first_days on facility.facility_id = first_days.facility_id
    inner join covered on facility.facility_id = covered.facility_id
    inner join calendar on calendar.calendar_date between first_days.first_date and facility.read_until_date
    left join changes
        on
            facility.facility_id = changes.facility_id
            and calendar.calendar_date = changes.business_date

),

final as (
{{ kpi_rows('backlog', [
    {'kpi': 'order_backlog', 'unit': 'orders', 'numerator': 'open_count', 'denominator': '1', 'judged': 'judged_count', 'relevant': 'relevant_count'},
]) }}
)

select * from final
