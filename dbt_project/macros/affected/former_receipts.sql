{#- Unions for int_receipt__affected: shipments that changed lines and LPNs belonged to. -#}
{% macro former_shipments_of_lines() -%}
    {%- if built_up_to() %}

    union all

    select ib_shipment_id
    from {{ as_built('int_ib_shipment_dtl__shipments') }}
    where ib_shipment_dtl_id in (select new_lines.ib_shipment_dtl_id from new_lines)

    union all

    select ib_shipment_id
    from {{ as_built('received_lpns') }}
    where container_id in (select lpns.container_id from lpns)

    union all

    select ib_shipment_id
    from {{ as_built('int_ib_shipment__contents') }}
    where container_id in (select lpns.container_id from lpns)
    {%- endif -%}
{%- endmacro %}


{#- Unions for int_receipt__affected: lines that had a changed LPN by its number. -#}
{% macro former_receipts() -%}
    {%- if built_up_to() %}

    union all

    select ib_shipment_dtl_id
    from {{ as_built('receipts') }}
    where container_id in (select lpns.container_id from lpns)
    {%- endif -%}
{%- endmacro %}
