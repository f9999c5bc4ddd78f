{%- set entities = [
    'order_hdr', 'order_dtl', 'allocation', 'container', 'ib_shipment', 'wave', 'task', 'inventory', 'purchase_order_hdr',
    'cc_adjustment_hdr', 'load', 'appointment',
] -%}
with statuses as (

    select * from {{ ref('int_status__meanings') }}

),

used as (
    {%- for entity in entities %}
    select
        cast('{{ status_lookup_of(entity) }}' as varchar(30)) as entity,
        status_id,
        count(*) as record_count
    from {{ ref('stg_wms__' ~ entity) }}
    where
        status_id is not null
        and is_deleted = 0
    group by status_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

counted as (

    select
        entity,
        status_id,
        sum(record_count) as record_count
    from used
    group by entity, status_id

),

final as (

    select
        coalesce(statuses.entity, counted.entity) as entity,
        coalesce(statuses.status_id, counted.status_id) as status_id,
        statuses.status_description,
        cast(coalesce(statuses.meaning, 'unknown') as varchar(30)) as status_meaning,
        cast(coalesce(statuses.meaning_source, 'none') as varchar(10)) as meaning_source,
        cast(coalesce(counted.record_count, 0) as {{ dbt.type_bigint() }}) as record_count
    from statuses
    full outer join counted on statuses.entity = counted.entity and statuses.status_id = counted.status_id

)

select * from final
