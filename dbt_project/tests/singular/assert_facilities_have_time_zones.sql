-- Every facility with orders has a time zone, in the WMS or in the seed facility_time_zones. Returns the others: their
-- days follow the variable default_time_zone.
{{ config(severity='warn') }}
select distinct
    time_zones.facility_id,
    time_zones.facility_code,
    time_zones.time_zone
from {{ ref('int_facility__time_zones') }} time_zones
inner join {{ ref('stg_wms__order_hdr') }} order_hdr on time_zones.facility_id = order_hdr.facility_id
where
    time_zones.time_zone_source = 'default'
    and order_hdr.is_deleted = 0
