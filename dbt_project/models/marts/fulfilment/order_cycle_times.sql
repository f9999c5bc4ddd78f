{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='order_id',
    meta={'affected': {'keys': 'int_order_hdr__affected', 'column': 'order_id'}},
    on_schema_change='append_new_columns'
) }}

with orders as (

    select * from {{ ref('orders') }}
    where
        is_shipped = 1
        and shipped_at is not null
        {{ only_affected('order_id', 'int_order_hdr__affected', 'and') }} -- noqa: LT02

),

allocations as (

    select * from {{ ref('int_order_hdr__allocations_timed') }}

),

packed as (

    select * from {{ ref('int_order_hdr__packed') }}

),

timed as (

    select
        orders.*,
        allocations.first_allocated_at,
        allocations.last_picked_at,
        coalesce(packed.packed_at, allocations.last_completed_at) as packed_at,
        case
            when packed.packed_at is not null then 'order'
            when allocations.last_completed_at is not null then 'allocations'
        end as packed_at_source
    from orders
    left join allocations on orders.order_id = allocations.order_id
    left join packed on orders.order_id = packed.order_id

),

final as (

    select
        order_id,
        order_nbr,
        facility_id,
        facility_code,
        company_id,
        company_code,
        business_date,
        shipped_date,
        created_at,
        first_allocated_at,
        last_picked_at,
        packed_at,
        cast(packed_at_source as varchar(20)) as packed_at_source,
        shipped_at,
        {{ seconds_between('created_at', 'first_allocated_at') }} as allocate_seconds,
        {{ seconds_between('first_allocated_at', 'last_picked_at') }} as pick_seconds,
        {{ seconds_between('last_picked_at', 'packed_at') }} as pack_seconds,
        {{ seconds_between('packed_at', 'shipped_at') }} as ship_seconds,
        cycle_seconds,
        has_error
    from timed

)

select * from final
