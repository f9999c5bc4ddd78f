{#-
    The business rules, each declared once. `broken_rules` evaluates them set-wise, the mart `business_rules` lists them,
    and an accepted row is a row that breaks none of severity error.

    name         what must hold; unique within an entity
    entities     the WMS entities whose rows it is asked of
    severity     error: the row is kept out of the marts; warn: the row stays, and the finding is recorded
    broken_when  SQL over the entity's candidates (models int_<entity>__rules_broken); a null condition is not broken
    shown_value  SQL text of the offending value
    reason       why the row is refused, for people
    what_to_do   the next step
-#}
{% macro business_rules(entity=none) %}
    {%- set rules = [
        {
            'name': 'document_readable',
            'entities': ['order_hdr', 'order_dtl', 'allocation'],
            'severity': 'error',
            'broken_when': 'is_valid_document = 0',
            'shown_value': "'not JSON'",
            'reason': 'The document is not readable JSON.',
            'what_to_do': 'Open the raw document of the id; read the entity again; report it to Oracle support if it stays.',
        },
        {
            'name': 'status_never_moves_back',
            'entities': ['order_hdr', 'order_dtl', 'allocation'],
            'severity': 'error',
            'broken_when': 'status_id < highest_status_id',
            'shown_value': number_text('status_id'),
            'reason': 'The status is lower than one the row had before.',
            'what_to_do': 'Ask the shift lead who reopened it; the row returns when its status reaches the earlier one.',
        },
        {
            'name': 'facility_present',
            'entities': ['order_hdr'],
            'severity': 'error',
            'broken_when': 'facility_id is null',
            'shown_value': 'order_nbr',
            'reason': 'The order names no facility.',
            'what_to_do': 'Set the facility of the order in WMS.',
        },
        {
            'name': 'facility_known',
            'entities': ['order_hdr'],
            'severity': 'error',
            'broken_when': 'facility_id is not null and known_facility_id is null',
            'shown_value': number_text('facility_id'),
            'reason': 'The facility of the order was never read from WMS.',
            'what_to_do': 'Make the facility eligible for the WMS user, or correct the order.',
        },
        {
            'name': 'company_present',
            'entities': ['order_hdr'],
            'severity': 'error',
            'broken_when': 'company_id is null',
            'shown_value': 'order_nbr',
            'reason': 'The order names no company.',
            'what_to_do': 'Set the company of the order in WMS.',
        },
        {
            'name': 'company_known',
            'entities': ['order_hdr'],
            'severity': 'error',
            'broken_when': 'company_id is not null and known_company_id is null',
            'shown_value': number_text('company_id'),
            'reason': 'The company of the order was never read from WMS.',
            'what_to_do': 'Make the company eligible for the WMS user, or correct the order.',
        },
        {
            'name': 'shipped_after_created',
            'entities': ['order_hdr'],
            'severity': 'error',
            'broken_when': 'order_shipped_at < created_at',
            'shown_value': timestamp_text('order_shipped_at'),
            'reason': 'The order was shipped before it was created.',
            'what_to_do': 'Correct the shipping time in WMS.',
        },
        {
            'name': 'shipped_not_in_future',
            'entities': ['order_hdr'],
            'severity': 'error',
            'broken_when': 'order_shipped_at > latest_possible_at',
            'shown_value': timestamp_text('order_shipped_at'),
            'reason': 'The order was shipped after the last change of its document.',
            'what_to_do': 'Correct the shipping time in WMS.',
        },
        {
            'name': 'quantity_above_zero',
            'entities': ['order_dtl', 'allocation'],
            'severity': 'error',
            'broken_when': 'quantity is null or quantity <= 0',
            'shown_value': number_text('quantity'),
            'reason': 'The ordered or allocated quantity is not above zero.',
            'what_to_do': 'Correct the quantity in WMS, or cancel and delete the row.',
        },
        {
            'name': 'order_exists',
            'entities': ['order_dtl'],
            'severity': 'error',
            'broken_when': 'known_order_id is null',
            'shown_value': number_text('order_id'),
            'reason': 'The order of the line was never read from WMS.',
            'what_to_do': 'Usually the next run brings the order; otherwise run a backfill of order_hdr.',
        },
        {
            'name': 'order_accepted',
            'entities': ['order_dtl'],
            'severity': 'error',
            'broken_when': 'rejected_order_id is not null',
            'shown_value': number_text('order_id'),
            'reason': 'The order of the line is rejected itself.',
            'what_to_do': 'Look up the rule that the order breaks; the line returns with its order.',
        },
        {
            'name': 'packed_within_allocated',
            'entities': ['allocation'],
            'severity': 'error',
            'broken_when': 'packed_qty > quantity',
            'shown_value': number_text('packed_qty'),
            'reason': 'More was packed than was allocated.',
            'what_to_do': 'Count the outbound LPN and correct the packed quantity in WMS.',
        },
        {
            'name': 'line_exists',
            'entities': ['allocation'],
            'severity': 'error',
            'broken_when': 'known_order_dtl_id is null',
            'shown_value': number_text('order_dtl_id'),
            'reason': 'The order line of the allocation was never read from WMS.',
            'what_to_do': 'Usually the next run brings the line; otherwise run a backfill of order_dtl.',
        },
        {
            'name': 'line_accepted',
            'entities': ['allocation'],
            'severity': 'error',
            'broken_when': 'rejected_order_dtl_id is not null',
            'shown_value': number_text('order_dtl_id'),
            'reason': 'The order line of the allocation is rejected itself.',
            'what_to_do': 'Look up the rule that the line breaks; the allocation returns with its line.',
        },
        {
            'name': 'picked_after_created',
            'entities': ['allocation'],
            'severity': 'error',
            'broken_when': 'picked_at < created_at',
            'shown_value': timestamp_text('picked_at'),
            'reason': 'The allocation was picked before it was created.',
            'what_to_do': 'Correct the picking time in WMS.',
        },
        {
            'name': 'picked_not_in_future',
            'entities': ['allocation'],
            'severity': 'error',
            'broken_when': 'picked_at > latest_possible_at',
            'shown_value': timestamp_text('picked_at'),
            'reason': 'The allocation was picked after the last change of its document.',
            'what_to_do': 'Correct the picking time in WMS.',
        },
    ] -%}
    {%- set chosen = [] -%}
    {%- for rule in rules if entity is none or entity in rule.entities -%}
        {%- do chosen.append(rule) -%}
    {%- endfor -%}
    {{ return(chosen) }}
{% endmacro %}
