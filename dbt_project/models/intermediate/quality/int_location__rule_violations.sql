with location as (

    select * from {{ ref('stg_wms__location') }}

),

facility as (

    select * from {{ ref('stg_wms__facility') }}

),

candidates as (

    select
        location.location_id as entity_id,
        location.facility_id,
        location.is_valid_document,
        location.is_deleted,
        location.is_in_scope,
        location.loaded_at,
        location.locn_str as natural_key,
        facility.facility_id as known_owner_id,
        {{ first_id_of_key('location', 'location_id', ['facility_id', 'locn_str']) }} as first_id_of_key
    from location
    left join facility on location.facility_id = facility.facility_id

),

{{ rule_violations('location') }}
