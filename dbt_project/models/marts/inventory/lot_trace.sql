{{ config(
    materialized='incremental', incremental_strategy='affected_rows', on_schema_change='append_new_columns',
    unique_key='lot_trace_id', meta={'affected': {'keys': 'int_lot_trace__affected', 'column': 'lot_trace_id'}}
) }}

with stocked as (

    select * from {{ ref('int_batch__stocked') }}
    {{ only_affected(hash_key(["'stock'", number_text('inventory_id')]), 'int_lot_trace__affected') }}

),

picked as (

    select * from {{ ref('int_batch__picked') }}
    {{ only_affected(hash_key(["'order'", number_text('allocation_id')]), 'int_lot_trace__affected') }}

),

batch as (

    select * from {{ ref('dim_batch') }}

),

steps as (

    select
        'stock' as trace_step,
        inventory_id as step_id,
        batch_number_id,
        container_id,
        container_nbr,
        location_code,
        ib_shipment_id,
        shipment_nbr,
        cast(null as {{ dbt.type_bigint() }}) as order_id,
        cast(null as varchar(50)) as order_nbr,
        cast(null as {{ dbt.type_bigint() }}) as order_dtl_id,
        qty,
        happened_at,
        cast(null as varchar(30)) as load_nbr,
        cast(null as varchar(50)) as tracking_nbr,
        cast(null as timestamp) as shipped_at,
        stock_attribute
    from stocked

    union all

    select
        'order' as trace_step,
        allocation_id as step_id,
        batch_number_id,
        container_id,
        container_nbr,
        location_code,
        cast(null as {{ dbt.type_bigint() }}) as ib_shipment_id,
        cast(null as varchar(50)) as shipment_nbr,
        order_id,
        order_nbr,
        order_dtl_id,
        qty,
        happened_at,
        load_nbr,
        tracking_nbr,
        shipped_at,
        cast(null as varchar(75)) as stock_attribute
    from picked

),

final as (

    select
        {{ hash_key(['steps.trace_step', number_text('steps.step_id')]) }} as lot_trace_id,
        steps.batch_number_id,
        {%- for column in [
            'batch_nbr', 'facility_id', 'facility_code', 'item_id', 'item_code', 'expiry_date', 'lock_code', 'is_locked',
        ] %}
        batch.{{ column }},
        {%- endfor %}
        cast(steps.trace_step as varchar(10)) as trace_step,
        {%- for column in [
            'container_id', 'container_nbr', 'location_code', 'ib_shipment_id', 'shipment_nbr', 'order_id', 'order_nbr',
            'order_dtl_id',
        ] %}
        steps.{{ column }},
        {%- endfor %}
        cast(steps.qty as decimal(19, 6)) as qty,
        {%- for column in ['happened_at', 'load_nbr', 'tracking_nbr', 'shipped_at'] %}
        steps.{{ column }},
        {%- endfor %}
        case when steps.shipped_at is not null then 1 else 0 end as is_shipped,
        steps.stock_attribute
    from steps
    left join batch on steps.batch_number_id = batch.batch_number_id

)

select * from final
