{#- The last select of a family of KPIs: one row per facility, day and measure, from a relation of sums by facility_id and business_date. A measure is
    {kpi, unit, numerator, denominator, judged, relevant}; the last four are expressions over the relation. `relevant` is the number of records that
    the KPI should be measured on, `judged` the number that it could be measured on. There is no row if the denominator is zero or null, or if no
    record could be measured. -#}
{% macro kpi_rows(relation, measures) -%}
{%- for measure in measures %}
select
    facility_id,
    business_date,
    cast('{{ measure.kpi }}' as varchar(50)) as kpi,
    cast({{ measure.numerator }} as decimal(19, 6)) as numerator,
    cast({{ measure.denominator }} as decimal(19, 6)) as denominator,
    {{ kpi_value(measure.numerator, measure.denominator) }} as kpi_value,
    cast({{ measure.judged }} as {{ dbt.type_bigint() }}) as judged_count,
    cast({{ measure.relevant }} as {{ dbt.type_bigint() }}) as relevant_count,
    cast('{{ measure.unit }}' as varchar(20)) as unit
from {{ relation }}
where
    {{ measure.denominator }} > 0
    and {{ measure.judged }} > 0
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
