with facility as (

    select * from {{ ref('stg_wms__facility') }}

),

time_zones as (

    select * from {{ ref('facility_time_zones') }}

),

time_zone_found as (

    select
        facility.facility_id,
        facility.facility_code,
        coalesce(time_zones.time_zone, '{{ var("default_time_zone", "America/Sao_Paulo") }}') as time_zone
    from facility
    left join time_zones on facility.facility_code = time_zones.facility_code

)

select * from time_zone_found
