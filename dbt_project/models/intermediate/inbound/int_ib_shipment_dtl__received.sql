with lines as (

    select * from {{ ref('int_ib_shipment_dtl__assessed') }}

),

shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

lpn as (

    select * from {{ ref('stg_wms__container') }}

),

-- before release 25C a line has only the number of its LPN
numbered_lpns as (

    select
        facility_id,
        container_nbr,
        max(container_id) as container_id
    from lpn
    where container_type = 'I'
    group by facility_id, container_nbr

),

found as (

    select
        lines.ib_shipment_dtl_id,
        lines.ib_shipment_id,
        lines.seq_nbr,
        lines.item_id,
        lines.container_nbr,
        coalesce(lines.container_id, numbered_lpns.container_id) as container_id,
        coalesce(lines.shipped_qty, 0) as expected_qty,
        coalesce(lines.received_qty, 0) as received_qty,
        coalesce(lines.is_recv, 0) as is_received,
        shipment.shipment_nbr,
        shipment.facility_id,
        facility.facility_code,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        shipment.company_id,
        shipment.status_id,
        shipment.shipped_date,
        shipment.verified_at,
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
    left join numbered_lpns
        on
            lines.container_nbr = numbered_lpns.container_nbr
            and shipment.facility_id = numbered_lpns.facility_id

),

received as (

    select
        found.*,
        lpn.rcvd_at as received_at,
        lpn.first_putaway_at as stored_at
    from found
    left join lpn on found.container_id = lpn.container_id

)

select * from received
