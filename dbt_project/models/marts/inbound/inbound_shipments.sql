with shipment as (

    select * from {{ ref('int_ib_shipment__assessed') }}

),

lines as (

    select
        ib_shipment_id,
        count(*) as line_count,
        sum(expected_qty) as expected_qty,
        sum(received_qty) as received_qty,
        sum(open_qty) as open_qty
    from {{ ref('receipts') }}
    where is_deleted = 0
    group by ib_shipment_id

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

final as (

    select
        shipment.ib_shipment_id,
        shipment.shipment_nbr,
        shipment.facility_id,
        facility.facility_code,
        shipment.company_id,
        company.company_code,
        shipment.status_id,
        shipment.status_description,
        shipment.status_meaning,
        case when {{ means('shipment.status_meaning', 'cancelled') }} then 1 else 0 end as is_cancelled,
        {{ to_day(to_facility_time(
            'shipment.created_at', 'coalesce(facility.time_zone, ' ~ default_time_zone() ~ ')'
        )) }} as business_date,
        shipment.shipped_date,
        shipment.verified_at,
        cast(coalesce(lines.line_count, 0) as integer) as line_count,
        cast(coalesce(lines.expected_qty, 0) as decimal(19, 6)) as expected_qty,
        cast(coalesce(lines.received_qty, 0) as decimal(19, 6)) as received_qty,
        cast(coalesce(lines.open_qty, 0) as decimal(19, 6)) as open_qty,
        shipment.created_at,
        shipment.modified_at,
        shipment.is_deleted,
        shipment.deleted_at,
        shipment.violation_count,
        shipment.has_error,
        shipment.is_in_scope,
        {{- custom_fields('ib_shipment', 'shipment.ib_shipment_id') }}
        shipment.loaded_at
    from shipment
    left join lines on shipment.ib_shipment_id = lines.ib_shipment_id
    left join facility on shipment.facility_id = facility.facility_id
    left join company on shipment.company_id = company.company_id

)

select * from final
