{#-
    The business rules. Each is declared once, in rules_of_records, rules_of_orders, rules_of_allocations or rules_of_stock.
    `rule_violations` evaluates them, `int_quality__severities` decides their severity, and the mart `business_rules` lists them.

    name             the condition that must hold; unique within an entity
    entities         WMS entities that the rule checks
    severity         hide: the record can't be used and no mart shows it; error: marts flag it and the quality score counts it; warn: marts flag
                     it; off: the rule is not checked. This is the default: the seed rule_severities and the variable of the same name override it
    broken_when      SQL condition over the candidates of the entity (models int_<entity>__rule_violations); null means not broken
    offending_value  SQL text of the value that breaks the rule
    reason           what is wrong, as a sentence
    remediation      how to fix it
    parent           entity that the rule looks up, or a mapping of entity to parent; if nothing of it was read, the rule does not apply
    is_root_cause    0 if the rule is only a consequence of a problem in another record
    keeps_out_of     wms_allocations: that mart refuses an allocation that breaks the rule, regardless of severity; the rule can't be off
                     for allocations
-#}
{% macro business_rules(entity=none) %}
    {%- set chosen = [] -%}
    {%- set rules = rules_of_records() + rules_of_orders() + rules_of_allocations() + rules_of_stock() -%}
    {#- a macro of the root project, for rules of a tenant (docs/how-to/customise.md) -#}
    {%- set rules = rules + (own_rules() if own_rules is defined else []) -%}
    {%- for rule in rules if entity is none or entity in rule.entities -%}
        {%- do chosen.append(rule) -%}
    {%- endfor -%}
    {{ return(chosen) }}
{% endmacro %}


{#- The entity that a rule looks up for records of an entity; none if it checks the record alone. -#}
{% macro parent_of_rule(rule, entity) %}
    {%- set parent = rule.get('parent') -%}
    {{ return(parent[entity] if parent is mapping else parent) }}
{% endmacro %}


{#- The parent entity of an entity; none if it has no parent. -#}
{% macro parent_of_entity(entity) %}
    {{ return({
        'order_dtl': 'order_hdr',
        'allocation': 'order_dtl',
        'ib_shipment_dtl': 'ib_shipment',
        'inventory': 'container',
    }.get(entity)) }}
{% endmacro %}
