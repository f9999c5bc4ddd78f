{#- The freshness thresholds of a source's tables as rows: entity, warn_after_seconds, error_after_seconds. They are declared on the
    sources, so `dbt source freshness` and the mart data_freshness use the same values. -#}
{% macro freshness_thresholds(source_name) -%}
    {%- set seconds = {'minute': 60, 'hour': 3600, 'day': 86400} -%}
    {%- set tables = graph.sources.values() | selectattr('source_name', 'equalto', source_name) | sort(attribute='name') if execute else [] -%}
    {%- for table in tables %}
    {%- set warn, error = table.freshness.warn_after, table.freshness.error_after %}
    select
        cast('{{ table.name }}' as varchar(50)) as entity,
        {{ warn.count * seconds[warn.period | string] }} as warn_after_seconds,
        {{ error.count * seconds[error.period | string] }} as error_after_seconds
    {{ from_dual() }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        null as entity,
        null as warn_after_seconds,
        null as error_after_seconds
    {{ from_dual() }}
    {%- endfor %}
{%- endmacro %}
