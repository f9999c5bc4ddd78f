{%- set key = [
    number_text('facility_id'), 'container_type', number_text('status_id'), number_text('age_band_order'),
] -%}
with lpn as (

    select * from {{ ref('stg_wms__container') }}
    where
        is_deleted = 0
        and is_in_scope = 1

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'container'

),

facility as (

    select * from {{ ref('int_inventory__read_until') }}

),

last_reading as (

    select * from {{ ref('int_inventory__last_reading') }}

),

aged as (

    select
        lpn.facility_id,
        facility.facility_code,
        lpn.container_type,
        lpn.status_id,
        statuses.status_description,
        coalesce(statuses.meaning, 'unknown') as status_meaning,
        coalesce(facility.read_until_date, last_reading.read_until_date) as as_of_date,
        coalesce(lpn.rcvd_at, lpn.created_at) as began_at,
        {{ seconds_between('coalesce(lpn.rcvd_at, lpn.created_at)', 'last_reading.read_until_at') }} / 86400 as age_days
    from lpn
    cross join last_reading
    left join statuses on lpn.status_id = statuses.status_id
    left join facility on lpn.facility_id = facility.facility_id
    where
        {{ is_stored('lpn.container_type', 'statuses.meaning') }} = 1
        and not {{ means('statuses.meaning', 'terminal') }}

),

banded as (

    select
        aged.*,
        case
            when aged.age_days < 1 then 1
            when aged.age_days < 7 then 2
            when aged.age_days < {{ var('lpn_ageing_days') }} then 3
            when aged.age_days < 180 then 4
            else 5
        end as age_band_order
    from aged

),

final as (

    select
        {{ hash_key(key) }} as lpn_ageing_id,
        facility_id,
        facility_code,
        container_type,
        status_id,
        max(status_description) as status_description,
        cast(max(status_meaning) as varchar(30)) as status_meaning,
        age_band_order,
        cast(
            case age_band_order
                when 1 then 'under 1 day'
                when 2 then '1 to 6 days'
                when 3 then '7 to {{ var('lpn_ageing_days') - 1 }} days'
                when 4 then '{{ var('lpn_ageing_days') }} to 179 days'
                else '180 days or more'
            end as varchar(20)
        ) as age_band,
        cast(count(*) as integer) as lpn_count,
        min(began_at) as oldest_at,
        as_of_date
    from banded
    group by facility_id, facility_code, container_type, status_id, age_band_order, as_of_date

)

select * from final
