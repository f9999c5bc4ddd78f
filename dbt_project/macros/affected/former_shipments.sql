{#- Unions for int_shipment__affected: LPNs that changed stop details and parcels had before, and LPNs of changed loads. An appointment
    can have had another load. -#}
{% macro former_transport() -%}
    {%- set appointment, load = ref('stg_wms__appointment'), ref('stg_wms__load') -%}
    {%- if built_up_to() %}

    union all

    select container_id
    from {{ as_built('int_container__transport') }}
    where
        ob_stop_dtl_id in (select stop_dtl.ob_stop_dtl_id from stop_dtl where {{ is_new('ob_stop_dtl', 'stop_dtl') }})
        or carrier_lpn_id in (select parcel.carrier_lpn_id from parcel)
        or load_id in (select load.wms_load_id from {{ load }} load where {{ is_new('load', 'load') }})
        or load_id in (
            select appointment.wms_load_id
            from {{ appointment }} appointment
            where {{ is_new('appointment', 'appointment') }}
        )
        or load_id in (
            select former.load_id
            from {{ as_built('dock_appointments') }} former
            where
                former.appointment_id in (
                    select appointment.appointment_id
                    from {{ appointment }} appointment
                    where {{ is_new('appointment', 'appointment') }}
                )
        )
    {%- endif -%}
{%- endmacro %}


{#- Unions for int_shipment__affected: LPNs of affected orders. A shipment shows one order, so an LPN with several is always affected: it
    may have been left by a changed allocation of another one. -#}
{% macro former_shipments() -%}
    {%- set orders = ref('int_order_hdr__affected') -%}
    {%- if built_up_to() %}

    union all

    select container_id
    from {{ as_built('shipments') }}
    where
        order_count > 1
        or order_id in (select * from {{ orders }})
    {%- endif -%}
{%- endmacro %}


{#- Unions for int_lot_trace__affected: numbers that affected outbound LPNs had before. -#}
{% macro former_numbers_of_lpns() -%}
    {%- if built_up_to() %}

    union all

    select container_nbr
    from {{ as_built('shipments') }}
    where container_id in (select shipped.container_id from shipped)
    {%- endif -%}
{%- endmacro %}
