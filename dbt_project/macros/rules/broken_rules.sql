{#-
    Evaluates the business rules of an entity over a CTE of candidates: the trailing CTEs of a model and its last select.

    One pass marks the rules that a row breaks; only marked rows are then paired with the rules. Gives one row per row and
    broken rule. Rules other than document_readable are not asked of an unreadable document, whose fields are all null, and a
    rule about a parent is not asked where nothing of the parent was read.

    The candidates need entity_id, facility_id, is_valid_document, is_deleted, is_in_scope, loaded_at and every column that a rule or
    a label names; each parent of a rule is a CTE of its name.
-#}
{% macro broken_rules(entity, labels={}, candidates='candidates') %}
{%- set rules = business_rules(entity) -%}
{%- set parents = [] -%}
{%- for rule in rules if parent_of_rule(rule, entity) not in [none] + parents -%}
    {%- do parents.append(parent_of_rule(rule, entity)) -%}
{%- endfor -%}
read_parents as (

    select
        1 as is_one_row
        {%- for parent in parents %},
        (select max({{ parent }}.{{ parent }}_id) from {{ parent }}) as any_{{ parent }}
        {%- endfor %}
    {{ from_dual() }}

),

marked as (

    select
        {{ candidates }}.*,
        {%- for rule in rules %}
        {%- set parent = parent_of_rule(rule, entity) %}
        case
            when
                {% if rule.name != 'document_readable' %}is_valid_document = 1 and {% endif -%}
                {% if parent %}read_parents.any_{{ parent }} is not null and {% endif -%}
                ({{ rule.broken_when }})
                then 1
            else 0
        end as breaks_{{ rule.name }},
        {%- endfor %}
        count(case when is_deleted = 0 and is_in_scope = 1 then 1 end) over () as current_count
    from {{ candidates }}
    cross join read_parents

),

refused as (

    select *
    from marked
    where
        {%- for rule in rules %}
        {{ 'or ' if not loop.first }}breaks_{{ rule.name }} = 1
        {%- endfor %}

),

declared as (
{{ declared_severities(entity) }}
),

chosen as (

    select * from {{ ref('int_quality__severities') }}
    where entity = '{{ entity }}'

),

severities as (

    select
        declared.rule,
        declared.is_root_cause,
        declared.is_refused_by_wms_allocations,
        coalesce(chosen.severity, declared.default_severity) as severity
    from declared
    left join chosen on declared.rule = chosen.rule

),

paired as (

    select
        refused.*,
        severities.rule,
        severities.severity,
        severities.is_root_cause,
        severities.is_refused_by_wms_allocations,
        count(case when refused.is_deleted = 0 and refused.is_in_scope = 1 then 1 end) over (
            partition by severities.rule
        ) as flagged_count
    from refused
    cross join severities
    where
        case severities.rule
            {%- for rule in rules %}
            when '{{ rule.name }}' then refused.breaks_{{ rule.name }}
            {%- endfor %}
        end = 1

),

final as (

    select
        {{ hash_key(["'" ~ entity ~ "'", number_text('entity_id'), 'rule']) }} as rejection_id,
        cast('{{ entity }}' as varchar(50)) as entity,
        entity_id,
        rule,
        severity,
        cast(
            case
                when severity = 'off' then 'off'
                when severity = 'hide' and flagged_count <= current_count * {{ var('largest_hidden_share') }} then 'hidden'
                else 'flagged'
            end as varchar(10)
        ) as handling,
        is_root_cause,
        is_refused_by_wms_allocations,
        case rule
            {%- for rule in rules %}
            when '{{ rule.name }}' then cast({{ rule.shown_value }} as varchar(255))
            {%- endfor %}
        end as shown_value,
        cast({{ "'" ~ parent_of_entity(entity) ~ "'" if parent_of_entity(entity) else 'null' }} as varchar(50)) as parent_entity,
        cast({{ labels.get('parent_id', 'null') }} as {{ dbt.type_bigint() }}) as parent_id,
        cast({{ labels.get('order_number', 'null') }} as varchar(255)) as order_number,
        cast({{ labels.get('line_number', 'null') }} as {{ dbt.type_bigint() }}) as line_number,
        cast({{ labels.get('lpn_number', 'null') }} as varchar(255)) as lpn_number,
        cast({{ labels.get('item_code', 'null') }} as varchar(255)) as item_code,
        facility_id,
        is_deleted,
        is_in_scope,
        loaded_at
    from paired

)

select * from final
{%- endmacro %}
