{#- Your business rules, evaluated with those of wms-elt. wms_elt/macros/rules/business_rules.sql explains the keys. `broken_when` uses columns of
    the CTE `candidates` in wms_elt/models/intermediate/quality/int_<entity>__rule_violations.sql. -#}
{% macro own_rules() %}
    {{ return([
        {
            'name': 'order_number_starts_with_letter',
            'entities': ['order_hdr'],
            'severity': 'off',
            'broken_when': "upper(substr(natural_key, 1, 1)) not between 'A' and 'Z'",
            'offending_value': 'natural_key',
            'reason': 'The order number does not start with a letter.',
            'remediation': 'Correct the number in the host system.',
        },
    ]) }}
{% endmacro %}
