{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key=['container_id', 'item_id'],
    meta={'affected': {'keys': 'int_received_lpn__affected', 'column': 'container_id'}}
) }}

{#- int_receipt__affected reads this table as the last build left it, to find the shipment that an LPN had. -#}
{%- do build_after('int_receipt__affected') -%}

with lpn as (

    select * from {{ ref('stg_wms__container') }}
    {{ only_affected('container_id', 'int_received_lpn__affected') }}

),

inventory as (

    select * from {{ ref('stg_wms__inventory') }}

),

contents as (

    select distinct
        lpn.rcvd_shipment_id as ib_shipment_id,
        inventory.item_id,
        lpn.container_id
    from lpn
    inner join inventory on lpn.container_id = inventory.container_id
    where
        lpn.container_type = 'I'
        and lpn.rcvd_shipment_id is not null
        and inventory.item_id is not null

)

select * from contents
