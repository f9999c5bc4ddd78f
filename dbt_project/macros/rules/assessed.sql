{#- The model int_<entity>__assessed: the records that can be used, with what the rules say of them. Only a record without a key, or one
    that a rule hides, is left out; every other stays, flagged. -#}
{% macro assessed(entity) -%}
{%- set key = entity ~ '_id' -%}
with records as (

    select * from {{ ref('stg_wms__' ~ entity) }}

),

findings as (

    select
        entity_id,
        count(*) as violation_count,
        max(case when severity = 'error' then 1 else 0 end) as has_error,
        max(case when handling = 'hidden' then 1 else 0 end) as is_hidden
    from {{ ref('int_' ~ entity ~ '__rules_broken') }}
    where handling <> 'off'
    group by entity_id

),

assessed as (

    select
        records.*,
        cast(coalesce(findings.violation_count, 0) as integer) as violation_count,
        cast(coalesce(findings.has_error, 0) as integer) as has_error
    from records
    left join findings on records.{{ key }} = findings.entity_id
    where
        records.{{ key }} is not null
        and coalesce(findings.is_hidden, 0) = 0

)

select * from assessed
{%- endmacro %}
