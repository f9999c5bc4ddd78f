with facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

last_reading as (

    select * from {{ ref('int_inventory__last_reading') }}

),

read_until as (

    select
        facility.facility_id,
        facility.facility_code,
        facility.time_zone,
        last_reading.read_until_at,
        {{ to_day(to_facility_time('last_reading.read_until_at', 'facility.time_zone')) }} as read_until_date
    from facility
    cross join last_reading

)

select * from read_until
