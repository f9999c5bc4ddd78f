{#- Unions for int_order_hdr__affected: numbers that changed orders had before. -#}
{% macro former_numbers() -%}
    {%- if built_up_to() %}

    union all

    select order_nbr
    from {{ as_built('orders') }}
    where order_id in (select order_hdr_id from {{ ref('stg_wms__order_hdr') }} where {{ is_new('order_hdr') }})

    union all

    select order_number
    from {{ as_built('int_order_hdr__rule_violations') }}
    where severity = 'hide'
    {%- endif -%}
{%- endmacro %}


{#- Unions for int_order_hdr__affected: orders to which changed lines, instructions and entries belonged, orders whose lateness depends on the time of the
    last read, and orders for which a rule that hides counts. -#}
{% macro former_orders() -%}
    {%- if built_up_to() %}

    union all

    select order_id
    from {{ as_built('order_lines') }}
    where order_dtl_id in (select changed_lines.order_dtl_id from changed_lines)

    union all

    select order_id
    from {{ as_built('int_order_instruction__orders') }}
    where order_instruction_id in (select instructions.order_instruction_id from instructions)

    union all

    select order_id
    from {{ as_built('inventory_transactions') }}
    where inventory_transaction_id in (select entries.inventory_history_id from entries)

    union all

    select order_id
    from {{ as_built('orders') }}
    where
        shipped_at is null
        and is_cancelled = 0
        and is_deleted = 0

    union all

    select entity_id
    from {{ as_built('int_order_hdr__rule_violations') }}
    where severity = 'hide'

    union all

    select parent_id
    from {{ as_built('int_order_dtl__rule_violations') }}
    where severity = 'hide'
    {%- endif -%}
{%- endmacro %}
