{#- The model int_<entity>__assessed: usable records, with their number of findings. `status_meaning` is the meaning of the status of an entity that has one. Leaves out only records without a key and records that a rule
    hides; all others stay, flagged. -#}
{% macro assessed(entity) -%}
{%- set key = entity ~ '_id' -%}
{%- set lookup = status_lookup_of(entity) -%}
with records as (

    select * from {{ ref('stg_wms__' ~ entity) }}

),

findings as (

    select
        entity_id,
        count(*) as violation_count,
        {#- a rule with severity hide that would hide too many records flags them: as an error #}
        max(case when severity in ('error', 'hide') then 1 else 0 end) as has_error,
        max(case when handling = 'hidden' then 1 else 0 end) as is_hidden
    from {{ ref('int_' ~ entity ~ '__rule_violations') }}
    where handling <> 'off'
    group by entity_id

),

{% if lookup -%}
statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = '{{ lookup }}'

),

{% endif -%}
assessed as (

    select
        records.*,
        {%- if lookup %}
        statuses.status_description,
        {{ meaning_of_status('records.status_id', 'statuses.meaning') }} as status_meaning,
        {%- endif %}
        cast(coalesce(findings.violation_count, 0) as integer) as violation_count,
        cast(coalesce(findings.has_error, 0) as integer) as has_error
    from records
    left join findings on records.{{ key }} = findings.entity_id
    {%- if lookup %}
    left join statuses on records.status_id = statuses.status_id
    {%- endif %}
    where
        records.{{ key }} is not null
        and coalesce(findings.is_hidden, 0) = 0

)

select * from assessed
{%- endmacro %}
