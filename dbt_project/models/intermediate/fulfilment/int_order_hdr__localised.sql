with order_hdr as (

    select * from {{ ref('int_order_hdr__accepted') }}

),

facility as (

    select * from {{ ref('int_facility__time_zone_found') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

localised as (

    select
        order_hdr.order_hdr_id as order_id,
        order_hdr.order_nbr,
        order_hdr.facility_id,
        facility.facility_code,
        facility.time_zone,
        order_hdr.company_id,
        company.company_code,
        order_hdr.status_id,
        order_hdr.priority,
        order_hdr.sales_channel,
        order_hdr.currency_code,
        order_hdr.ord_date as ordered_date,
        order_hdr.req_ship_date as required_ship_date,
        {{ to_day(to_facility_time('order_hdr.created_at', 'facility.time_zone')) }} as business_date,
        {{ to_day(to_facility_time('order_hdr.order_shipped_at', 'facility.time_zone')) }} as shipped_date,
        order_hdr.created_at,
        order_hdr.modified_at,
        order_hdr.order_shipped_at as shipped_at,
        order_hdr.is_deleted,
        order_hdr.deleted_at,
        order_hdr.loaded_at
    from order_hdr
    inner join facility on order_hdr.facility_id = facility.facility_id
    inner join company on order_hdr.company_id = company.company_id

)

select * from localised
