{%- set valued = {'judged': 'valued_count', 'relevant': 'item_count'} -%}
{%- set measured = {'judged': 'measured_count', 'relevant': 'item_count'} -%}
{%- set daily_value = 'window_value / ' ~ var('days_of_supply_window') -%}
{%- set yearly_value = '365 * coalesce(window_value, 0) / ' ~ var('days_of_supply_window') -%}
with daily as (

    select * from {{ ref('inventory_daily') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

locations as (

    select * from {{ ref('location_utilisation') }}
    where is_in_scope = 1

),

shipped as (

    select * from {{ ref('int_order_hdr__shipped_values') }}

),

stock as (

    select
        daily.facility_id,
        daily.business_date,
        count(*) as item_count,
        count(item.unit_cost) as valued_count,
        count(item.unit_volume) as measured_count,
        sum(daily.on_hand_value) as stock_value,
        sum(daily.measured_qty * coalesce(item.unit_volume, 0)) as used_volume
    from daily
    left join item on daily.item_id = item.item_id
    group by daily.facility_id, daily.business_date

),

space as (

    select
        facility_id,
        sum(max_volume) as max_volume
    from locations
    where max_volume is not null
    group by facility_id

),

measured as (

    select
        stock.facility_id,
        stock.business_date,
        stock.item_count,
        stock.valued_count,
        stock.measured_count,
        stock.stock_value,
        stock.used_volume,
        space.max_volume,
        sum(shipped.shipped_value) as window_value
    from stock
    left join space on stock.facility_id = space.facility_id
    left join shipped
        on
            stock.facility_id = shipped.facility_id
            and stock.business_date >= shipped.shipped_date
            and shipped.shipped_date > {{ to_day(add_days('stock.business_date', '-' ~ var('days_of_supply_window'))) }}
    group by
        stock.facility_id,
        stock.business_date,
        stock.item_count,
        stock.valued_count,
        stock.measured_count,
        stock.stock_value,
        stock.used_volume,
        space.max_volume

),

final as (
{{ kpi_rows('measured', [
    dict(valued, kpi='inventory_turnover', unit='turns per year', numerator=yearly_value, denominator='stock_value'),
    dict(valued, kpi='days_of_supply', unit='days', numerator='stock_value', denominator=daily_value),
    dict(measured, kpi='space_utilisation', unit='share', numerator='used_volume', denominator='max_volume'),
]) }}
)

select * from final
