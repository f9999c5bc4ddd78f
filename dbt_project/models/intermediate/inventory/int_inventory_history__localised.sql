{#- The WMS sends the activity as an object or as a number, depending on its release. -#}
with entries as (

    select
        entry.*,
        coalesce(entry.history_activity_id, entry.history_activity_nbr) as activity_id
    from {{ ref('stg_wms__inventory_history') }} entry
    where entry.is_valid_document = 1

),

activities as (

    select * from {{ ref('history_activities') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

zoned as (

    -- an entry without a known facility uses the default time zone
    select
        entries.*,
        facility.facility_code,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        company.company_code,
        coalesce(activities.activity_name, entries.history_activity_label) as activity_name,
        coalesce(activities.activity_kind, 'other') as activity_kind
    from entries
    left join activities on entries.activity_id = activities.activity_id
    left join facility on entries.facility_id = facility.facility_id
    left join company on entries.company_id = company.company_id

),

final as (

    select
        zoned.*,
        {{ to_day(to_facility_time('created_at', 'time_zone')) }} as business_date
    from zoned

)

select * from final
