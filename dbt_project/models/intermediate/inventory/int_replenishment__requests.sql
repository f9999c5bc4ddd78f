with lines as (

    select * from {{ ref('stg_wms__movement_request_dtl') }}
    where is_deleted = 0

),

request as (

    select * from {{ ref('stg_wms__movement_request_hdr') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

dated as (

    select
        request.facility_id,
        facility.facility_code,
        lines.item_id,
        item.item_code,
        lines.req_qty,
        lines.alloc_qty,
        {{ to_day(to_facility_time(
            'lines.created_at', 'coalesce(facility.time_zone, ' ~ default_time_zone() ~ ')'
        )) }} as business_date
    from lines
    inner join request on lines.movement_request_hdr_id = request.movement_request_hdr_id
    left join facility on request.facility_id = facility.facility_id
    left join item on lines.item_id = item.item_id

),

final as (

    select
        facility_id,
        facility_code,
        item_id,
        item_code,
        business_date,
        count(*) as request_count,
        sum(req_qty) as requested_qty,
        sum(case when alloc_qty < req_qty then req_qty - alloc_qty else 0 end) as short_qty
    from dated
    where
        facility_id is not null
        and item_id is not null
        and business_date is not null
    group by facility_id, facility_code, item_id, item_code, business_date

)

select * from final
