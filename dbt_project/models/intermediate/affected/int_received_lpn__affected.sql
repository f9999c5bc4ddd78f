{#- Inbound LPNs whose receipt or contents can differ from those of the last build. -#}
with container as (

    select * from {{ ref('stg_wms__container') }}

),

changed as (

    select * from {{ ref('int_container__affected') }}

),

inventory as (

    select * from {{ ref('stg_wms__inventory_versions') }}

),

new_inventory as (

    select * from {{ ref('stg_wms__inventory') }}
    where {{ is_new('inventory') }}

),

shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}
    where {{ is_new('ib_shipment') }}

),

shipments as (

    select ib_shipment_id from shipment

    union all

    -- the arrival of a shipment is the first receipt of all its LPNs
    select rcvd_shipment_id
    from container
    where container_id in (select changed.container_id from changed)

    {%- if built_up_to() %}

    union all

    select ib_shipment_id
    from {{ as_built('received_lpns') }}
    where container_id in (select changed.container_id from changed)
    {%- endif %}

),

found as (

    select container_id from changed

    union all

    -- all LPNs that held the goods
    select container_id
    from inventory
    where inventory_id in (select new_inventory.inventory_id from new_inventory)

    union all

    select container_id
    from container
    where rcvd_shipment_id in (select shipments.ib_shipment_id from shipments)

),

final as (

    select distinct container_id
    from found
    where
        container_id is not null
        {{- and_partial() }}

)

select * from final
