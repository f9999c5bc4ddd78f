{#-
    Evaluates the business rules of an entity over a CTE of candidates: the trailing CTEs of a model and its last select.

    One pass marks the rules that a row breaks; only marked rows are then paired with the rules. Gives one row per row and
    broken rule. Rules other than document_readable are not asked of an unreadable document, whose fields are all null.

    The candidates need entity_id, facility_id, is_valid_document, is_deleted, loaded_at and every column that a rule names.
-#}
{% macro broken_rules(entity, candidates='candidates') %}
{%- set rules = business_rules(entity) -%}
marked as (

    select
        {{ candidates }}.*,
        {%- for rule in rules %}
        case
            when {% if rule.name != 'document_readable' %}is_valid_document = 1 and {% endif %}({{ rule.broken_when }})
                then 1
            else 0
        end as breaks_{{ rule.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ candidates }}

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
    {% for rule in rules %}
    select
        cast('{{ rule.name }}' as varchar(50)) as rule,
        cast('{{ rule.severity }}' as varchar(10)) as severity
    {{ from_dual() }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        {{ hash_key(["'" ~ entity ~ "'", number_text('refused.entity_id'), 'declared.rule']) }} as rejection_id,
        cast('{{ entity }}' as varchar(50)) as entity,
        refused.entity_id,
        declared.rule,
        declared.severity,
        case declared.rule
            {%- for rule in rules %}
            when '{{ rule.name }}' then cast({{ rule.shown_value }} as varchar(255))
            {%- endfor %}
        end as shown_value,
        refused.facility_id,
        refused.is_deleted,
        refused.loaded_at
    from refused
    cross join declared
    where
        case declared.rule
            {%- for rule in rules %}
            when '{{ rule.name }}' then refused.breaks_{{ rule.name }}
            {%- endfor %}
        end = 1

)

select * from final
{%- endmacro %}
