with batch as (

    select * from {{ ref('stg_wms__batch_number') }}

),

stock as (

    select
        batch_number_id,
        count(distinct container_id) as lpn_count,
        sum(on_hand_qty) as on_hand_qty,
        min(received_date) as received_date
    from {{ ref('inventory_current') }}
    where batch_number_id is not null
    group by batch_number_id

),

lock_codes as (

    select * from {{ ref('stg_wms__inventory_lock') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

facility as (

    select * from {{ ref('int_inventory__read_until') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

final as (

    select
        batch.batch_number_id,
        batch.batch_nbr,
        batch.facility_id,
        facility.facility_code,
        batch.company_id,
        company.company_code,
        batch.item_id,
        item.item_code,
        batch.expiry_date,
        cast(
            {{ seconds_between('facility.read_until_date', 'batch.expiry_date') }} / 86400 as integer
        ) as days_to_expiry,
        coalesce(lock_codes.lock_code, cast({{ number_text('batch.lock_id') }} as varchar(20))) as lock_code,
        case when batch.lock_id is not null and coalesce(lock_codes.is_allocatable_for_order, 0) = 0 then 1 else 0 end
            as is_locked,
        batch.lock_applied_at,
        stock.received_date,
        cast(coalesce(stock.lpn_count, 0) as integer) as lpn_count,
        cast(coalesce(stock.on_hand_qty, 0) as decimal(19, 6)) as on_hand_qty,
        batch.created_at,
        batch.modified_at,
        batch.is_in_scope,
        batch.is_deleted,
        batch.deleted_at,
        batch.loaded_at
    from batch
    left join stock on batch.batch_number_id = stock.batch_number_id
    left join lock_codes on batch.lock_id = lock_codes.inventory_lock_id
    left join item on batch.item_id = item.item_id
    left join facility on batch.facility_id = facility.facility_id
    left join company on batch.company_id = company.company_id

)

select * from final
