with daily as (

    select * from {{ ref('kpi_daily') }}

),

definitions as (

    select * from {{ ref('kpi_definitions') }}

),

dated as (

    select
        daily.*,
        max(daily.business_date) over (partition by daily.facility_id, daily.kpi) as latest_date
    from daily

),

aged as (

    select
        dated.*,
        {{ seconds_between('dated.business_date', 'dated.latest_date') }} / 86400 as age_days
    from dated

),

summed as (

    select
        facility_id,
        facility_code,
        kpi,
        unit,
        latest_date,
        max(case when age_days = 0 then kpi_value end) as latest_value,
        sum(case when age_days < 7 then numerator end) as numerator_7,
        sum(case when age_days < 7 then denominator end) as denominator_7,
        sum(case when age_days < 7 then judged_count end) as judged_7,
        sum(case when age_days < 7 then relevant_count end) as relevant_7,
        sum(case when age_days between 7 and 13 then numerator end) as numerator_before,
        sum(case when age_days between 7 and 13 then denominator end) as denominator_before,
        sum(case when age_days < 30 then numerator end) as numerator_30,
        sum(case when age_days < 30 then denominator end) as denominator_30
    from aged
    group by facility_id, facility_code, kpi, unit, latest_date

),

valued as (

    select
        facility_id,
        facility_code,
        kpi,
        unit,
        latest_date,
        latest_value,
        {{ kpi_value('numerator_7', 'denominator_7') }} as value_7_days,
        {{ kpi_value('numerator_before', 'denominator_before') }} as value_7_days_before,
        {{ kpi_value('numerator_30', 'denominator_30') }} as value_30_days,
        {{ ratio('judged_7', 'relevant_7') }} as coverage_7_days
    from summed

),

final as (

    select
        valued.facility_id,
        valued.facility_code,
        valued.kpi,
        definitions.title,
        valued.unit,
        valued.latest_date,
        cast(valued.latest_value as decimal(19, 4)) as latest_value,
        valued.value_7_days,
        valued.value_7_days_before,
        valued.value_30_days,
        valued.coverage_7_days,
        definitions.target,
        definitions.better_is,
        cast(
            case
                when definitions.target is null then 'no_target'
                when definitions.better_is = 'higher' and valued.value_7_days >= definitions.target then 'on_target'
                when definitions.better_is = 'lower' and valued.value_7_days <= definitions.target then 'on_target'
                else 'off_target'
            end as varchar(10)
        ) as state
    from valued
    inner join definitions on valued.kpi = definitions.kpi

)

select * from final
