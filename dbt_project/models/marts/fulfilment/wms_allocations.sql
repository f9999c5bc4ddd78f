{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='allocation_id',
    on_schema_change='append_new_columns',
    post_hook="{{ delete_absent_rows('allocation_id', ref('int_allocation__offered')) }}"
) }}

with allocation as (

    select * from {{ ref('int_allocation__offered') }}

),

final as (

    select
        allocation_id,
        item_code,
        allocated_qty as qty,
        facility_code as facility,
        pick_location_code as loc,
        loaded_at as load_timestamp
    from allocation

)

{{ changed_rows('final') }}
