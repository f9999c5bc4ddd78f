{#- Business rules of orders and lines; that of quantities holds for allocations too. See business_rules. -#}
{% macro rules_of_orders() %}
    {{ return([
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
            'name': 'currency_known',
            'entities': ['order_hdr'],
            'severity': 'error',
            'broken_when': not_in_list('currency_code', var('known_currencies')),
            'shown_value': 'currency_code',
            'reason': 'The currency is none that the project knows.',
            'what_to_do': 'Correct the currency in WMS, or add it to known_currencies in dbt_project.yml.',
        },
    ]) }}
{% endmacro %}
