with purchases as (

    select * from {{ ref('stg_wms__purchase_order_hdr') }}
    where is_valid_document = 1

),

vendor as (

    select * from {{ ref('stg_wms__vendor') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'purchase_order'

),

facility as (

    select * from {{ ref('int_facility__read_until') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

localised as (

    -- a purchase order without a known facility uses the default time zone
    select
        purchases.purchase_order_hdr_id as purchase_order_id,
        purchases.po_nbr,
        purchases.po_type_label as po_type,
        purchases.facility_id,
        facility.facility_code,
        facility.read_until_date,
        purchases.company_id,
        company.company_code,
        purchases.vendor_id,
        vendor.vendor_code,
        vendor.vendor_name,
        purchases.status_id,
        statuses.status_description,
        coalesce(statuses.meaning, 'unknown') as status_meaning,
        case when {{ means('statuses.meaning', 'cancelled') }} then 1 else 0 end as is_cancelled,
        case when {{ means('statuses.meaning', 'terminal') }} then 1 else 0 end as is_closed,
        purchases.ord_date as ordered_date,
        purchases.ship_date,
        purchases.delivery_date as due_date,
        purchases.cancel_date,
        purchases.dept_code,
        purchases.rma_nbr,
        {{ to_day(to_facility_time(
            'purchases.created_at', 'coalesce(facility.time_zone, ' ~ default_time_zone() ~ ')'
        )) }} as business_date,
        purchases.is_deleted
    from purchases
    left join vendor on purchases.vendor_id = vendor.vendor_id
    left join statuses on purchases.status_id = statuses.status_id
    left join facility on purchases.facility_id = facility.facility_id
    left join company on purchases.company_id = company.company_id

)

select * from localised
