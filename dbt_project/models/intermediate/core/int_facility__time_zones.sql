with facility as (

    select * from {{ ref('stg_wms__facility') }}

),

order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

time_zones as (

    select * from {{ ref('facility_time_zones') }}

),

-- if facilities are not read, take those that orders refer to
found as (

    select
        facility_id,
        facility_code
    from facility

    union all

    select
        facility_id,
        max(substr(facility_key, 1, 20)) as facility_code
    from order_hdr
    where
        facility_id is not null
        and not exists (select 1 from facility)
    group by facility_id

),

time_zone_found as (

    select
        found.facility_id,
        found.facility_code,
        coalesce(time_zones.time_zone, {{ default_time_zone() }}) as time_zone
    from found
    left join time_zones on found.facility_code = time_zones.facility_code

)

select * from time_zone_found
