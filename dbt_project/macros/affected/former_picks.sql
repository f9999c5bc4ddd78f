{#- Union for int_pick__affected: days on which affected allocations were picked, as the last build knew them. -#}
{% macro former_pick_days() -%}
    {%- if built_up_to() %}

    union all

    select picked_date
    from {{ as_built('int_allocation__groups') }}
    where allocation_id in (select changed_allocations.allocation_id from changed_allocations)
    {%- endif -%}
{%- endmacro %}


{#- For int_pick__affected: leaves out new locations whose address and zone stay as in the last build. -#}
{% macro except_former_addresses() -%}
    {%- if built_up_to() %}

    {{ dbt.except() }}

    select
        location_id,
        facility_id,
        locn_str,
        pick_zone
    from {{ as_built('int_location__addresses') }}
    {%- endif -%}
{%- endmacro %}


{#- Union for int_pick__affected: addresses that moved locations had before. -#}
{% macro former_addresses() -%}
    {%- if built_up_to() %}

    union all

    select
        facility_id,
        locn_str
    from {{ as_built('int_location__addresses') }}
    where location_id in (select moved.location_id from moved)
    {%- endif -%}
{%- endmacro %}
