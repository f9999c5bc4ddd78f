{#- A select per entity and rule with its default severity and the one that the variable rule_severities gives it. An entry of the
    variable that names no rule fails the build. -#}
{% macro declared_severities(entity=none) %}
{%- set overrides = severities_of_variable() -%}
{%- set selects = [] -%}
{%- for rule in business_rules(entity) -%}
    {%- for name in rule.entities if entity is none or name == entity -%}
        {%- set override = overrides.get(name, {}).get(rule.name) -%}
        {%- set parent = parent_of_rule(rule, name) -%}
        {%- set select -%}
    select
        cast('{{ name }}' as varchar(50)) as entity,
        cast('{{ rule.name }}' as varchar(50)) as rule,
        cast('{{ rule.severity }}' as varchar(10)) as default_severity,
        cast({{ "'" ~ override ~ "'" if override else 'null' }} as varchar(10)) as variable_severity,
        cast({{ rule.get('is_root_cause', 1) }} as integer) as is_root_cause,
        cast({{ 1 if name == 'allocation' and rule.get('keeps_out_of') == 'wms_allocations' else 0 }} as integer) as is_refused_by_wms_allocations,
        cast({{ "'" ~ parent ~ "'" if parent else 'null' }} as varchar(50)) as parent,
        cast('{{ rule.reason }}' as varchar(255)) as reason,
        cast('{{ rule.remediation }}' as varchar(255)) as remediation
    {{ from_dual() }}
        {%- endset -%}
        {%- do selects.append(select) -%}
    {%- endfor -%}
{%- endfor -%}
{{ return(selects | join('\n    union all\n')) }}
{% endmacro %}


{#- The variable rule_severities, {entity: {rule: severity}}, checked against the rules. -#}
{% macro severities_of_variable() %}
    {%- set overrides = var('rule_severities', {}) or {} -%}
    {%- for entity, severities in overrides.items() -%}
        {%- set known = business_rules(entity) | map(attribute='name') | list -%}
        {%- if not known -%}
            {{ exceptions.raise_compiler_error("Can't set a severity in rule_severities: the entity '" ~ entity ~ "' has no rules. The mart business_rules lists entities and rules.") }}
        {%- endif -%}
        {%- for rule, severity in severities.items() -%}
            {%- if rule not in known -%}
                {{ exceptions.raise_compiler_error("Can't set a severity in rule_severities: '" ~ rule ~ "' is not a rule of " ~ entity ~ ". Choose one of " ~ known | join(', ') ~ ".") }}
            {%- elif severity not in known_severities() -%}
                {{ exceptions.raise_compiler_error("Can't set a severity in rule_severities: '" ~ severity ~ "' of " ~ entity ~ "." ~ rule ~ " is not one of " ~ known_severities() | join(', ') ~ ".") }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(overrides) }}
{% endmacro %}


{% macro known_severities() %}
    {{ return(['hide', 'error', 'warn', 'off']) }}
{% endmacro %}
