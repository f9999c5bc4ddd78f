with orders as (

    select * from {{ ref('orders') }}
    where
        is_cancelled = 0
        and is_in_scope = 1
        and (is_deleted = 0 or is_shipped = 1)

),

placed as (

    -- an open order counts even if it has an error; a shipped one with an error may have left on another day
    select
        order_id,
        facility_id,
        business_date,
        shipped_date,
        is_shipped,
        case
            when business_date is null then 0
            when is_shipped = 1 and (shipped_date is null or has_error = 1) then 0
            else 1
        end as is_placed
    from orders

)

select * from placed
