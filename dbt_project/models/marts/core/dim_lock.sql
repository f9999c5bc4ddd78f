with inventory_lock as (

    select * from {{ ref('stg_wms__inventory_lock') }}

),

order_lock as (

    select * from {{ ref('stg_wms__order_lock') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

listed as (

    select
        'inventory' as lock_type,
        inventory_lock_id as lock_id,
        company_id,
        lock_code,
        lock_description,
        is_allocatable_for_order as is_allocation_allowed,
        is_deleted,
        loaded_at
    from inventory_lock

    union all

    select
        'order' as lock_type,
        order_lock_id as lock_id,
        cast(null as {{ dbt.type_bigint() }}) as company_id,
        lock_code,
        lock_description,
        is_allocation_allowed,
        is_deleted,
        loaded_at
    from order_lock

),

final as (

    select
        {{ hash_key(['listed.lock_type', number_text('listed.lock_id')]) }} as dim_lock_id,
        cast(listed.lock_type as varchar(20)) as lock_type,
        listed.lock_id,
        listed.company_id,
        company.company_code,
        cast(listed.lock_code as varchar(100)) as lock_code,
        cast(listed.lock_description as varchar(300)) as lock_description,
        coalesce(listed.is_allocation_allowed, 0) as is_allocation_allowed,
        listed.is_deleted,
        listed.loaded_at
    from listed
    left join company on listed.company_id = company.company_id

)

select * from final
