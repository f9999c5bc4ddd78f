with counts as (

    select * from {{ ref('stg_wms__cc_adjustment_hdr') }}
    where is_valid_document = 1

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'cc_adjustment'

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

reason as (

    select * from {{ ref('stg_wms__reason_code') }}

),

zoned as (

    select
        counts.*,
        facility.facility_code,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        company.company_code,
        statuses.status_description,
        coalesce(statuses.meaning, 'unknown') as status_meaning,
        reason.reason_code,
        reason.reason_code_description as reason_description
    from counts
    left join statuses on counts.status_id = statuses.status_id
    left join facility on counts.facility_id = facility.facility_id
    left join company on counts.company_id = company.company_id
    left join reason on counts.reason_code_id = reason.reason_code_id

),

final as (

    select
        zoned.*,
        {{ to_day(to_facility_time('created_at', 'time_zone')) }} as business_date
    from zoned

)

select * from final
