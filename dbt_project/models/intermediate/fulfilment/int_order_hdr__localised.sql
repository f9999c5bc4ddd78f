with order_hdr as (

    select * from {{ ref('int_order_hdr__assessed') }}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

zoned as (

    -- an order without a known facility uses the default time zone
    select
        order_hdr.*,
        facility.facility_code,
        coalesce(facility.time_zone, {{ default_time_zone() }}) as time_zone,
        company.company_code
    from order_hdr
    left join facility on order_hdr.facility_id = facility.facility_id
    left join company on order_hdr.company_id = company.company_id

),

localised as (

    select
        order_hdr_id as order_id,
        order_nbr,
        facility_id,
        facility_code,
        time_zone,
        company_id,
        company_code,
        status_id,
        status_description,
        status_meaning,
        case when {{ means('status_meaning', 'shipped') }} then 1 else 0 end as is_shipped,
        case when {{ means('status_meaning', 'cancelled') }} then 1 else 0 end as is_cancelled,
        priority,
        sales_channel,
        currency_code,
        ord_date as ordered_date,
        req_ship_date as required_ship_date,
        {{ first_due_date('date') }} as due_date,
        cast({{ first_due_date('source') }} as varchar(30)) as due_date_source,
        {{ to_day(to_facility_time('created_at', 'time_zone')) }} as business_date,
        {{ to_day(to_facility_time('order_shipped_at', 'time_zone')) }} as shipped_date,
        created_at,
        modified_at,
        order_shipped_at as shipped_at,
        violation_count,
        has_error,
        is_in_scope,
        is_deleted,
        deleted_at,
        loaded_at
    from zoned

),

final as (

    select
        localised.*,
        case
            when localised.shipped_date <= localised.due_date then 1
            when localised.shipped_date > localised.due_date then 0
        end as is_on_time
    from localised

)

select * from final
