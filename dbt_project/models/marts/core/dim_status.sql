{#- Final statuses by lookup. -#}
{%- set terminal = {
    'order': [90, 99],
    'allocation': [90, 99],
    'wave': [90, 99],
    'task': [90, 99],
    'container': [80, 90, 95, 99],
    'ib_shipment': [90, 99],
    'inventory': [90],
} -%}

with statuses as (
    {% for entity, codes in terminal.items() %}
    select
        cast('{{ entity }}' as varchar(30)) as entity,
        {{ entity }}_status_id as status_id,
        status_description,
        case when {{ entity }}_status_id in ({{ codes | join(', ') }}) then 1 else 0 end as is_terminal,
        is_deleted
    from {{ ref('stg_wms__' ~ entity ~ '_status') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        entity,
        status_id,
        status_description,
        is_terminal,
        case when status_id = 99 then 1 else 0 end as is_cancelled,
        is_deleted
    from statuses

)

select * from final
