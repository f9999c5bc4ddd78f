{#- Each family of KPIs is a model int_kpi__<family> with the columns below. Add new families to this list. -#}
{%- set families = [
    'due_orders', 'shipped_orders', 'created_orders', 'lines', 'picks', 'backlog', 'inventory', 'inbound', 'lpns',
    'shrinkage', 'quality_checks', 'purchases', 'counts', 'transport', 'labour',
] -%}

with kpis as (
    {% for family in families %}
    select
        facility_id,
        business_date,
        kpi,
        numerator,
        denominator,
        kpi_value,
        judged_count,
        relevant_count,
        unit
    from {{ ref('int_kpi__' ~ family) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

facility as (

    select * from {{ ref('int_facility__time_zones') }}

),

final as (

    select
        kpis.facility_id,
        facility.facility_code,
        kpis.business_date,
        kpis.kpi,
        cast(kpis.numerator as decimal(19, 6)) as numerator,
        cast(kpis.denominator as decimal(19, 6)) as denominator,
        cast(kpis.kpi_value as decimal(19, 4)) as kpi_value,
        kpis.judged_count,
        kpis.relevant_count,
        {{ ratio('kpis.judged_count', 'kpis.relevant_count') }} as coverage,
        kpis.unit
    from kpis
    inner join facility on kpis.facility_id = facility.facility_id

)

select * from final
