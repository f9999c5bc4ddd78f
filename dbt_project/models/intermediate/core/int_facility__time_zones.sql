{{ config(materialized='table') }}

with facility as (

    select * from {{ ref('stg_wms__facility') }}

),

order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

time_zones as (

    select * from {{ ref('facility_time_zones') }}

),

listed as (
    {{ known_time_zones() }}

),

known as (

    -- names count in any case
    select
        lower(zone_name) as lower_name,
        min(zone_name) as zone_name
    from listed
    group by lower(zone_name)

),

-- if facilities are not read, take those that orders refer to
found as (

    select
        facility_id,
        facility_code,
        time_zone_name
    from facility

    union all

    select
        facility_id,
        max(substr(facility_key, 1, 20)) as facility_code,
        cast(null as varchar(100)) as time_zone_name
    from order_hdr
    where
        facility_id is not null
        and not exists (select 1 from facility)
    group by facility_id

),

zoned as (

    select
        found.facility_id,
        found.facility_code,
        shown.zone_name as zone_of_wms,
        seeded.zone_name as zone_of_seed
    from found
    left join time_zones on found.facility_code = time_zones.facility_code
    left join known shown on lower(found.time_zone_name) = shown.lower_name
    left join known seeded on lower(time_zones.time_zone) = seeded.lower_name

),

time_zone_found as (

    select
        facility_id,
        facility_code,
        cast(coalesce(zone_of_wms, zone_of_seed, {{ default_time_zone() }}) as varchar(64)) as time_zone,
        cast(
            case
                when zone_of_wms is not null then 'wms'
                when zone_of_seed is not null then 'seed'
                else 'default'
            end as varchar(10)
        ) as time_zone_source
    from zoned

)

select * from time_zone_found
