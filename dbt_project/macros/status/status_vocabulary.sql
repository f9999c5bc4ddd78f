{#- Meanings of statuses, in the order in which work progresses: a lower rank comes earlier. Ranks are compared within an entity only.
    `is_terminal` marks meanings that nothing follows. The seeds status_meanings, status_ids and status_overrides may use no others. -#}
{% macro status_vocabulary() %}
    {{ return({
        'in_transit': {'rank': 5},
        'created': {'rank': 10},
        'arrived': {'rank': 11},
        'in_receiving': {'rank': 12},
        'received': {'rank': 14},
        'quality_check': {'rank': 16},
        'locked': {'rank': 17},
        'verifying': {'rank': 18},
        'located': {'rank': 20},
        'available': {'rank': 21},
        'reserved': {'rank': 24},
        'partly_allocated': {'rank': 26},
        'allocated': {'rank': 28},
        'held': {'rank': 30},
        'ready': {'rank': 32},
        'between_zones': {'rank': 34},
        'in_progress': {'rank': 36},
        'in_picking': {'rank': 40},
        'picked': {'rank': 50},
        'in_packing': {'rank': 60},
        'packed': {'rank': 70},
        'outbound_ready': {'rank': 75},
        'loaded': {'rank': 80},
        'lost': {'rank': 85},
        'completed': {'rank': 90, 'is_terminal': 1},
        'verified': {'rank': 90, 'is_terminal': 1},
        'consumed': {'rank': 90, 'is_terminal': 1},
        'shipped': {'rank': 93, 'is_terminal': 1},
        'delivered': {'rank': 95, 'is_terminal': 1},
        'cancelled': {'rank': 99, 'is_terminal': 1},
    }) }}
{% endmacro %}


{#- Status lookups of the WMS that are read, without the suffix _status. -#}
{% macro status_lookups() %}
    {{ return([
        'order', 'allocation', 'container', 'ib_shipment', 'wave', 'task', 'inventory', 'purchase_order', 'cc_adjustment',
        'load', 'appointment',
    ]) }}
{% endmacro %}


{#- The status lookup of an entity; none if the entity has no status. -#}
{% macro status_lookup_of(entity) %}
    {{ return({
        'order_hdr': 'order',
        'order_dtl': 'order',
        'allocation': 'allocation',
        'container': 'container',
        'ib_shipment': 'ib_shipment',
        'wave': 'wave',
        'task': 'task',
        'inventory': 'inventory',
        'load': 'load',
        'appointment': 'appointment',
        'purchase_order_hdr': 'purchase_order',
        'cc_adjustment_hdr': 'cc_adjustment',
    }.get(entity)) }}
{% endmacro %}
