{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='allocation_id',
    meta={'affected': {'keys': 'int_allocation__affected', 'column': 'allocation_id'}},
    on_schema_change='append_new_columns'
) }}

with allocation as (

    select * from {{ ref('int_allocation__offered') }}
    {{ only_affected('allocation_id', 'int_allocation__affected') }}

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

select * from final
