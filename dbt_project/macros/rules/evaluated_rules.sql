{#- The CTEs that evaluate the rules of an entity: `evaluated` has a column breaks_<rule> per rule, `violating` the records that break one. -#}
{% macro evaluated_rules(entity, candidates) %}
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

evaluated as (

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
        {{ current_count_of(entity) }} as current_count
    from {{ candidates }}
    cross join read_parents

),

violating as (

    select *
    from evaluated
    where
        {%- for rule in rules %}
        {{ 'or ' if not loop.first }}breaks_{{ rule.name }} = 1
        {%- endfor %}

)
{%- endmacro %}


{#- Number of current records of an entity. In a partial build, the candidates are only a part of them. -#}
{% macro current_count_of(entity) -%}
    {%- set records = ref_outside_unit_tests('stg_wms__' ~ entity) -%}
    {%- if is_partial() -%}
        (select count(*) from {{ records }} where is_deleted = 0 and is_in_scope = 1)
    {%- else -%}
        count(case when is_deleted = 0 and is_in_scope = 1 then 1 end) over ()
    {%- endif -%}
{%- endmacro %}


{#- The CTEs that end with `severities`: the severity of each rule of an entity. -#}
{% macro severities_of_entity(entity) -%}
rules as (
{{ declared_severities(entity) }}
),

chosen as (

    select * from {{ ref('int_quality__severities') }}
    where entity = '{{ entity }}'

),

severities as (

    select
        rules.rule,
        rules.is_root_cause,
        rules.is_refused_by_wms_allocations,
        coalesce(chosen.severity, rules.default_severity) as severity
    from rules
    left join chosen on rules.rule = chosen.rule

)
{%- endmacro %}
