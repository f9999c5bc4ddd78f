{#- Unions for int_inventory_current__affected: stock in changed locations, stock whose lock or reservation may have
    ended, and stock whose age and days to expiry count from an earlier day than that of the last read. -#}
{% macro former_stock() -%}
    {%- set read_until, last_reading = ref('int_inventory__read_until'), ref('int_inventory__last_reading') -%}
    {%- set location = ref('stg_wms__location') -%}
    {%- if built_up_to() %}

    union all

    select stock.inventory_id
    from {{ as_built('inventory_current') }} stock
    cross join {{ last_reading }} last_reading
    left join {{ read_until }} facility on stock.facility_id = facility.facility_id
    where
        stock.is_locked = 1
        or stock.allocated_qty > 0
        or stock.location_id in (select location.location_id from {{ location }} location where {{ is_new('location', 'location') }})
        or stock.as_of_date <> coalesce(facility.read_until_date, last_reading.read_until_date)
    {%- endif -%}
{%- endmacro %}


{#- Unions for int_stock__affected: facilities and items that changed allocations reserved before, and those whose last day was an earlier one
    than that of the last read. -#}
{% macro former_pairs() -%}
    {%- set read_until, last_reading = ref('int_inventory__read_until'), ref('int_inventory__last_reading') -%}
    {%- set reservations = ref('int_reservation__affected') -%}
    {%- if built_up_to() %}

    union all

    select {{ stock_key() }}
    from {{ as_built('int_allocation__reserved') }}
    where allocation_id in (select reservations.allocation_id from {{ reservations }} reservations)

    union all

    select balances.stock_availability_id
    from (
        select stock_availability_id, facility_id, max(valid_to) as last_date
        from {{ as_built('int_inventory__balanced') }}
        group by stock_availability_id, facility_id
    ) balances
    cross join {{ last_reading }} last_reading
    left join {{ read_until }} facility on balances.facility_id = facility.facility_id
    where balances.last_date <> coalesce(facility.read_until_date, last_reading.read_until_date)
    {%- endif -%}
{%- endmacro %}
