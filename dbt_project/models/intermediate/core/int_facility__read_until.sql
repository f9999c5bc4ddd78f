with facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

last_reading as (

    select max(loaded_at) as read_until_at
    from order_hdr

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
