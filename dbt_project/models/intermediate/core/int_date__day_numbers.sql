with digits as (
    {% for digit in range(10) %}
    select {{ digit }} as digit {{ from_dual() }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

numbers as (

    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit
        + 10000 * ten_thousands.digit as day_number
    from digits ones
    cross join digits tens
    cross join digits hundreds
    cross join digits thousands
    cross join digits ten_thousands
    where ten_thousands.digit < 3

)

select * from numbers
