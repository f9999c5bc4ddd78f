with inventory as (

    select * from {{ ref('stg_wms__inventory') }}

),

last_reading as (

    select max(loaded_at) as read_until_at
    from inventory

),

dated as (

    select
        read_until_at,
        {{ to_day(to_facility_time('read_until_at', default_time_zone())) }} as read_until_date
    from last_reading

)

select * from dated
