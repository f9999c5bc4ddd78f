{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='container_id',
    meta={'affected': {'keys': 'int_received_lpn__affected', 'column': 'container_id'}},
    on_schema_change='append_new_columns'
) }}

{%- do build_after('int_receipt__affected') -%}
with lpn as (

    select * from {{ ref('stg_wms__container') }}
    {{ only_affected('container_id', 'int_received_lpn__affected') }}

),

shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

arrivals as (

    select * from {{ ref('int_ib_shipment__arrivals') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'container'

),

timed as (

    -- a putaway before the receipt comes from a wrong clock: no time instead of a negative one
    select
        lpn.*,
        coalesce(arrivals.arrived_at, lpn.rcvd_at) as arrived_at,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        facility.facility_code,
        case when lpn.first_putaway_at >= lpn.rcvd_at then lpn.first_putaway_at end as stored_at
    from lpn
    left join arrivals on lpn.rcvd_shipment_id = arrivals.ib_shipment_id
    left join facility on lpn.facility_id = facility.facility_id
    where lpn.container_type = 'I' and lpn.rcvd_at is not null

),

final as (

    select
        timed.container_id,
        timed.container_nbr,
        timed.facility_id,
        timed.facility_code,
        timed.company_id,
        company.company_code,
        timed.rcvd_shipment_id as ib_shipment_id,
        shipment.shipment_nbr,
        timed.status_id,
        statuses.status_description,
        {{ meaning_of_status('timed.status_id', 'statuses.meaning') }} as status_meaning,
        {{ to_day(to_facility_time('timed.rcvd_at', 'timed.time_zone')) }} as received_date,
        {{ to_day(to_facility_time('timed.first_putaway_at', 'timed.time_zone')) }} as stored_date,
        {{ seconds_between('timed.arrived_at', 'timed.stored_at') }} as dock_to_stock_seconds,
        {{ seconds_between('timed.rcvd_at', 'timed.stored_at') }} as receipt_to_stock_seconds,
        timed.arrived_at,
        timed.rcvd_at as received_at,
        timed.first_putaway_at as stored_at,
        timed.created_at,
        timed.modified_at,
        timed.is_deleted,
        timed.deleted_at,
        timed.is_in_scope,
        timed.loaded_at
    from timed
    left join shipment on timed.rcvd_shipment_id = shipment.ib_shipment_id
    left join company on timed.company_id = company.company_id
    left join statuses on timed.status_id = statuses.status_id

)

select * from final
