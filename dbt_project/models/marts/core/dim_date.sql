{#- Days are counted from Monday 3 January 2000, so weekday and ISO week follow from the number alone: the databases
    agree on neither the language of weekdays nor the first day of a week. -#}
with spanned as (

    select * from {{ ref('int_date__range') }}

),

numbers as (

    select * from {{ ref('int_date__day_numbers') }}

),

days as (

    select
        day_number,
        mod(day_number, 7) + 1 as iso_weekday,
        {{ to_day(add_days("date '2000-01-03'", 'day_number')) }} as calendar_date,
        {{ to_day(add_days("date '2000-01-03'", 'day_number - mod(day_number, 7)')) }} as week_start_date,
        {{ to_day(add_days("date '2000-01-03'", 'day_number - mod(day_number, 7) + 3')) }} as thursday_date
    from numbers

),

-- an ISO week belongs to the year of its Thursday; the first Thursday of a year is in week 1
thursdays as (

    select
        day_number,
        iso_weekday,
        calendar_date,
        week_start_date,
        day_number - iso_weekday + 4 as thursday_number,
        extract(year from thursday_date) as iso_year
    from days

),

weeks as (

    select
        iso_weekday,
        calendar_date,
        week_start_date,
        iso_year,
        floor((thursday_number - min(thursday_number) over (partition by iso_year)) / 7) + 1 as iso_week
    from thursdays

),

final as (

    select
        weeks.calendar_date,
        cast(extract(year from weeks.calendar_date) as integer) as calendar_year,
        cast(floor((extract(month from weeks.calendar_date) + 2) / 3) as integer) as quarter_of_year,
        cast(extract(month from weeks.calendar_date) as integer) as month_of_year,
        cast(extract(day from weeks.calendar_date) as integer) as day_of_month,
        {{ to_day(add_days('weeks.calendar_date', '1 - extract(day from weeks.calendar_date)')) }} as month_start_date,
        cast(weeks.iso_year as integer) as iso_year,
        cast(weeks.iso_week as integer) as iso_week,
        weeks.week_start_date,
        cast(weeks.iso_weekday as integer) as iso_weekday,
        cast(
            case weeks.iso_weekday
                when 1 then 'Monday' when 2 then 'Tuesday' when 3 then 'Wednesday' when 4 then 'Thursday'
                when 5 then 'Friday' when 6 then 'Saturday' else 'Sunday'
            end as varchar(10)
        ) as weekday_name,
        case when weeks.iso_weekday >= 6 then 1 else 0 end as is_weekend
    from weeks
    inner join spanned
        on extract(year from weeks.calendar_date) between spanned.first_year and spanned.last_year

)

select * from final
