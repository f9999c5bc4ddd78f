with facility as (

    select * from {{ ref('stg_wms__facility') }}

),

time_zones as (

    select * from {{ ref('int_facility__time_zones') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

final as (

    select
        facility.facility_id,
        facility.facility_code,
        facility.facility_name,
        facility.parent_company_id as company_id,
        company.company_code,
        company.company_name,
        time_zones.time_zone,
        time_zones.time_zone_source,
        facility.city,
        facility.state,
        facility.country,
        coalesce(facility.is_wms_managed, 0) as is_wms_managed,
        facility.created_at,
        facility.modified_at,
        facility.is_deleted,
        facility.deleted_at,
        facility.is_in_scope,
        {{- custom_fields('facility', 'facility.facility_id') }}
        facility.loaded_at
    from facility
    inner join time_zones on facility.facility_id = time_zones.facility_id
    left join company on facility.parent_company_id = company.company_id

)

select * from final
