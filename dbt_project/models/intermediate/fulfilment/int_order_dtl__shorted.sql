{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key=['order_id', 'order_seq_nbr'],
    meta={'affected': {'keys': 'int_order_hdr__affected', 'column': 'order_id'}}
) }}

{#- The last entry of the stock history that cut an order line short, with its reason. -#}
with entries as (

    select * from {{ ref('int_inventory_history__localised') }}
    where
        activity_kind = 'shortage'
        and order_id is not null
        and order_seq_nbr is not null
        {{ only_affected('order_id', 'int_order_hdr__affected', 'and') }} -- noqa: LT02

),

reason as (

    select * from {{ ref('stg_wms__reason_code') }}

),

latest as (

    select max(inventory_history_id) as inventory_history_id
    from entries
    group by order_id, order_seq_nbr

),

shorted as (

    select
        entries.order_id,
        entries.order_seq_nbr,
        reason.reason_code,
        reason.reason_code_description as reason_description
    from latest
    inner join entries on latest.inventory_history_id = entries.inventory_history_id
    left join reason on entries.reason_code_id = reason.reason_code_id

)

select * from shorted
