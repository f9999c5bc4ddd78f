{#- Landed records that are neither in their mart nor hidden in rejected_records, and records that are in both. `where` limits the records that a mart
    of current data must show. No rows if one of the tables has not been built. -#}
{% macro records_not_in_mart(entity, mart, key, staging_key=none, where='1 = 1') %}
{%- set id = staging_key or entity ~ '_id' %}
{%- set tables = [ref('stg_wms__' ~ entity), ref(mart), ref('rejected_records')] %}
{%- if execute and flags.WHICH in ('build', 'test') and not all_built(tables) %}
select
    cast(null as varchar(50)) as entity,
    cast(null as decimal(19, 0)) as entity_id,
    cast(null as varchar(10)) as problem
{{ from_dual() }}
where 1 = 0
{%- else %}
select
    cast('{{ entity }}' as varchar(50)) as entity,
    landed.{{ id }} as entity_id,
    case when mart.{{ key }} is null then 'in neither' else 'in both' end as problem
from {{ ref('stg_wms__' ~ entity) }} landed
left join {{ ref(mart) }} mart on landed.{{ id }} = mart.{{ key }}
left join (
    select distinct rejected.entity_id
    from {{ ref('rejected_records') }} rejected
    where
        rejected.entity = '{{ entity }}'
        and rejected.handling = 'hidden'
) hidden on landed.{{ id }} = hidden.entity_id
where
    (mart.{{ key }} is null and hidden.entity_id is null and {{ where }})
    or (mart.{{ key }} is not null and hidden.entity_id is not null)
{%- endif %}
{% endmacro %}
