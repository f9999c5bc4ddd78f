{#-
    The last CTEs and the select of a model int_<entity>__rule_violations: one row per record and broken rule.

    One pass over the candidates evaluates all rules. Only records that break a rule are then paired with the rules. An unreadable document
    has only nulls, so no rule but document_readable applies to it. A rule that looks up a parent does not apply while nothing of the
    parent has been read.

    Candidates need entity_id, facility_id, is_valid_document, is_deleted, is_in_scope, loaded_at and every column that a rule or
    a label names. Each parent of a rule must be a CTE with the name of the parent.
-#}
{% macro rule_violations(entity, labels={}, candidates='candidates') %}
{{- evaluated_rules(entity, candidates) }},

{{ severities_of_entity(entity) }},

paired as (

    select
        violating.*,
        severities.rule,
        severities.severity,
        severities.is_root_cause,
        severities.is_refused_by_wms_allocations,
        count(case when violating.is_deleted = 0 and violating.is_in_scope = 1 then 1 end) over (
            partition by severities.rule
        ) as flagged_count
    from violating
    cross join severities
    where
        case severities.rule
            {%- for rule in business_rules(entity) %}
            when '{{ rule.name }}' then violating.breaks_{{ rule.name }}
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
            {%- for rule in business_rules(entity) %}
            when '{{ rule.name }}' then cast({{ rule.offending_value }} as varchar(255))
            {%- endfor %}
        end as offending_value,
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
