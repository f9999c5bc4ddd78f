with ib_shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

facility as (

    select * from {{ ref('stg_wms__facility') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

arrivals as (

    select * from {{ ref('int_ib_shipment__arrivals') }}

),

candidates as (

    select
        ib_shipment.ib_shipment_id as entity_id,
        ib_shipment.facility_id,
        ib_shipment.company_id,
        ib_shipment.shipment_nbr as natural_key,
        arrivals.arrived_at as first_rcvd_at,
        ib_shipment.verified_at,
        ib_shipment.is_valid_document,
        ib_shipment.is_deleted,
        ib_shipment.is_in_scope,
        ib_shipment.loaded_at,
        facility.facility_id as known_facility_id,
        company.company_id as known_company_id,
        {{ first_id_of_key(
            'ib_shipment', 'ib_shipment_id', ['facility_id', 'company_id', 'shipment_nbr']
        ) }} as first_id_of_key
    from ib_shipment
    left join facility on ib_shipment.facility_id = facility.facility_id
    left join company on ib_shipment.company_id = company.company_id
    left join arrivals on ib_shipment.ib_shipment_id = arrivals.ib_shipment_id

),

{{ rule_violations('ib_shipment', labels={'order_number': 'natural_key'}) }}
