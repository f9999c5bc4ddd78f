{%- set valued = {'unit': 'percent', 'judged': 'valued_count', 'relevant': 'item_count'} -%}
with daily as (

    select * from {{ ref('inventory_daily') }}

),

transactions as (

    select * from {{ ref('inventory_transactions') }}
    where business_date is not null

),

adjustments as (

    select * from {{ ref('inventory_adjustments') }}
    where is_shrinkage = 1

),

-- a day before the first entry of the log is unknown, not free of losses
logged as (

    select
        facility_id,
        min(business_date) as first_date
    from transactions
    group by facility_id

),

lost as (

    select
        facility_id,
        business_date,
        -sum(adjusted_value) as lost_value
    from adjustments
    group by facility_id, business_date

),

stock as (

    select
        facility_id,
        business_date,
        count(*) as item_count,
        count(on_hand_value) as valued_count,
        sum(on_hand_value) as stock_value
    from daily
    group by facility_id, business_date

),

measured as (

    select
        stock.facility_id,
        stock.business_date,
        stock.item_count,
        stock.valued_count,
        stock.stock_value,
        coalesce(lost.lost_value, 0) as lost_value
    from stock
    inner join logged
        on
            stock.facility_id = logged.facility_id
            and stock.business_date >= logged.first_date
    left join lost
        on
            stock.facility_id = lost.facility_id
            and stock.business_date = lost.business_date

),

final as (
{{ kpi_rows('measured', [
    dict(valued, kpi='shrinkage', numerator='100 * lost_value', denominator='stock_value'),
]) }}
)

select * from final
