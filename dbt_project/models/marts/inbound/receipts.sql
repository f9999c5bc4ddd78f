{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='ib_shipment_dtl_id',
    meta={'affected': {'keys': 'int_receipt__affected', 'column': 'ib_shipment_dtl_id'}},
    on_schema_change='append_new_columns'
) }}

with lines as (

    select * from {{ ref('int_ib_shipment_dtl__received') }}
    {{ only_affected('ib_shipment_dtl_id', 'int_receipt__affected') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

timed as (

    select
        lines.*,
        -- a putaway before the receipt comes from a wrong clock: no time instead of a negative one
        case
            when lines.stored_at >= lines.received_at
                then {{ seconds_between('coalesce(lines.arrived_at, lines.received_at)', 'lines.stored_at') }}
        end as dock_to_stock_seconds
    from lines

),

final as (

    select
        timed.ib_shipment_dtl_id,
        timed.ib_shipment_id,
        timed.shipment_nbr,
        timed.line_nbr,
        timed.facility_id,
        timed.facility_code,
        timed.company_id,
        company.company_code,
        timed.item_id,
        item.item_code,
        timed.container_id,
        timed.container_nbr,
        timed.lpn_count,
        timed.status_id,
        timed.status_description,
        cast(timed.expected_qty as decimal(19, 6)) as expected_qty,
        cast(timed.received_qty as decimal(19, 6)) as received_qty,
        cast(
            case
                when timed.is_received = 1 or timed.verified_at is not null or timed.is_cancelled = 1 then 0
                when timed.received_qty >= timed.expected_qty then 0
                else timed.expected_qty - timed.received_qty
            end as decimal(19, 6)
        ) as open_qty,
        timed.is_received,
        case
            when timed.is_cancelled = 0 and (timed.is_received = 1 or timed.verified_at is not null) then 1
            else 0
        end as is_closed,
        timed.is_cancelled,
        {{ to_day(to_facility_time('timed.created_at', 'timed.time_zone')) }} as business_date,
        timed.shipped_date,
        {{ to_day(to_facility_time('timed.received_at', 'timed.time_zone')) }} as received_date,
        {{ to_day(to_facility_time('timed.stored_at', 'timed.time_zone')) }} as stored_date,
        timed.dock_to_stock_seconds,
        cast(round(timed.dock_to_stock_seconds / 3600.0, 4) as decimal(19, 4)) as dock_to_stock_hours,
        timed.created_at,
        timed.arrived_at,
        timed.received_at,
        timed.stored_at,
        timed.verified_at,
        timed.modified_at,
        timed.is_deleted,
        timed.deleted_at,
        timed.violation_count,
        timed.has_error,
        timed.is_in_scope,
        timed.loaded_at
    from timed
    left join item on timed.item_id = item.item_id
    left join company on timed.company_id = company.company_id

)

select * from final
