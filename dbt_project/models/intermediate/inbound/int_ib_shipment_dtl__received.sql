with lines as (

    select * from {{ ref('int_ib_shipment_dtl__assessed') }}

),

shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

lpns as (

    select * from {{ ref('int_ib_shipment_dtl__lpns') }}

),

arrivals as (

    select * from {{ ref('int_ib_shipment__arrivals') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'ib_shipment'

),

received as (

    select
        lines.ib_shipment_dtl_id,
        lines.ib_shipment_id,
        nullif(lines.host_seq_nbr, 0) as line_nbr,
        lines.item_id,
        lines.container_nbr,
        coalesce(lpns.lpn_count, 0) as lpn_count,
        lpns.container_id,
        coalesce(lines.shipped_qty, 0) as expected_qty,
        coalesce(lines.received_qty, 0) as received_qty,
        coalesce(lines.is_dtl_rcv, 0) as is_received,
        shipment.shipment_nbr,
        shipment.facility_id,
        facility.facility_code,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        shipment.company_id,
        shipment.status_id,
        statuses.status_description,
        case when {{ means('statuses.meaning', 'cancelled') }} then 1 else 0 end as is_cancelled,
        shipment.shipped_date,
        shipment.verified_at,
        arrivals.arrived_at,
        lpns.received_at,
        lpns.stored_at,
        lines.created_at,
        lines.modified_at,
        lines.is_deleted,
        lines.deleted_at,
        lines.loaded_at,
        lines.violation_count,
        lines.has_error,
        lines.is_in_scope
    from lines
    left join shipment on lines.ib_shipment_id = shipment.ib_shipment_id
    left join facility on shipment.facility_id = facility.facility_id
    left join statuses on shipment.status_id = statuses.status_id
    left join lpns on lines.ib_shipment_dtl_id = lpns.ib_shipment_dtl_id
    left join arrivals on lines.ib_shipment_id = arrivals.ib_shipment_id

)

select * from received
