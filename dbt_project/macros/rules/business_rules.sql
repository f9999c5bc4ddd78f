{#-
    The business rules, each declared once, in rules_of_records, rules_of_orders, rules_of_allocations and rules_of_stock.
    `broken_rules` evaluates them set-wise, the mart `business_rules` lists them, and an accepted row is a row that breaks none of
    severity error.

    name         what must hold; unique within an entity
    entities     the WMS entities whose rows it is asked of
    severity     error: the row is kept out of the marts; warn: the row stays, and the finding is recorded. Master data has
                 warnings only: kept out, it would take the name off everything that refers to it
    broken_when  SQL over the entity's candidates (models int_<entity>__rules_broken); a null condition is not broken
    shown_value  SQL text of the offending value
    reason       why the row is refused, for people
    what_to_do   the next step
-#}
{% macro business_rules(entity=none) %}
    {%- set chosen = [] -%}
    {%- set rules = rules_of_records() + rules_of_orders() + rules_of_allocations() + rules_of_stock() -%}
    {%- for rule in rules if entity is none or entity in rule.entities -%}
        {%- do chosen.append(rule) -%}
    {%- endfor -%}
    {{ return(chosen) }}
{% endmacro %}
