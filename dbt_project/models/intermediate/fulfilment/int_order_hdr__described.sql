{#- Who ordered what kind of order, and how and where it goes. -#}
with orders as (

    select * from {{ ref('int_order_hdr__assessed') }}

),

order_type as (

    select * from {{ ref('stg_wms__order_type') }}

),

ship_via as (

    select * from {{ ref('stg_wms__ship_via') }}

),

carrier as (

    select * from {{ ref('stg_wms__carrier') }}

),

destination as (

    select * from {{ ref('stg_wms__facility') }}

),

instructions as (

    select * from {{ ref('int_order_hdr__instructed') }}

),

described as (

    select
        orders.order_hdr_id as order_id,
        cast(coalesce(order_type.order_type_code, orders.order_type_label) as varchar(100)) as order_type,
        order_type.order_type_description,
        orders.cust_nbr as customer_nbr,
        orders.cust_name as customer_name,
        orders.shipto_name as ship_to_name,
        orders.shipto_city as ship_to_city,
        orders.shipto_state as ship_to_state,
        orders.shipto_zip as ship_to_zip,
        orders.shipto_country as ship_to_country,
        coalesce(orders.dest_facility_id, orders.shipto_facility_id) as dest_facility_id,
        destination.facility_code as dest_facility_code,
        cast(
            coalesce(ship_via.ship_via_code, orders.ship_via_label, orders.ship_via_ref_code) as varchar(120)
        ) as ship_via_code,
        ship_via.ship_via_description,
        ship_via.carrier_id,
        carrier.carrier_code,
        carrier.carrier_name,
        orders.route_nbr,
        orders.customer_po_nbr,
        orders.ref_nbr as reference_nbr,
        orders.sales_order_nbr,
        coalesce(instructions.instruction_count, 0) as instruction_count,
        instructions.first_instruction
    from orders
    left join order_type on orders.order_type_id = order_type.order_type_id
    left join ship_via on orders.ship_via_id = ship_via.ship_via_id
    left join carrier on ship_via.carrier_id = carrier.carrier_id
    left join destination on coalesce(orders.dest_facility_id, orders.shipto_facility_id) = destination.facility_id
    left join instructions on orders.order_hdr_id = instructions.order_id

)

select * from described
