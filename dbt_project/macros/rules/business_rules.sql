{#-
    The business rules, each declared once, in rules_of_records, rules_of_orders, rules_of_allocations and rules_of_stock.
    `broken_rules` evaluates them set-wise, `int_quality__severities` says how severe each is here, the mart `business_rules` lists them.

    name         what must hold; unique within an entity
    entities     the WMS entities whose rows it is asked of
    severity     hide: the record cannot be used, and no mart shows it; error: every mart shows it, flagged, and the quality score counts
                 it; warn: it is flagged; off: the rule is not checked. This is the default: the seed rule_severities and the variable of the same
                 name replace it
    broken_when  SQL over the entity's candidates (models int_<entity>__rules_broken); a null condition is not broken
    shown_value  SQL text of the offending value
    reason       what is wrong, for people
    what_to_do   the next step
    parent       entity that the rule looks up, or a mapping of entity to it: where nothing of it was read, the rule is not asked
    is_root_cause  0 when the rule only follows from what is wrong with another record
    keeps_out_of   wms_allocations: that mart refuses an allocation that breaks the rule, whatever the severity; the rule is never off
                   for allocations
-#}
{% macro business_rules(entity=none) %}
    {%- set chosen = [] -%}
    {%- set rules = rules_of_records() + rules_of_orders() + rules_of_allocations() + rules_of_stock() -%}
    {%- for rule in rules if entity is none or entity in rule.entities -%}
        {%- do chosen.append(rule) -%}
    {%- endfor -%}
    {{ return(chosen) }}
{% endmacro %}


{#- The entity that a rule looks up for records of an entity; none when it looks at the record alone. -#}
{% macro parent_of_rule(rule, entity) %}
    {%- set parent = rule.get('parent') -%}
    {{ return(parent[entity] if parent is mapping else parent) }}
{% endmacro %}


{#- The entity that holds what a record belongs to; none for one that stands for itself. -#}
{% macro parent_of_entity(entity) %}
    {{ return({
        'order_dtl': 'order_hdr',
        'allocation': 'order_dtl',
        'ib_shipment_dtl': 'ib_shipment',
        'inventory': 'container',
    }.get(entity)) }}
{% endmacro %}
