with item_facility as (

    select * from {{ ref('stg_wms__item_facility') }}

),

item as (

    select * from {{ ref('stg_wms__item') }}

),

facility as (

    select * from {{ ref('stg_wms__facility') }}

),

uom as (

    select * from {{ ref('stg_wms__uom') }}

),

-- one record per item and facility; if the WMS shows several, the newest counts
newest as (

    select max(item_facility_id) as item_facility_id
    from item_facility
    where
        is_deleted = 0
        and item_id is not null
        and facility_id is not null
    group by item_id, facility_id

),

final as (

    select
        item_facility.item_facility_id,
        item_facility.item_id,
        item.item_code,
        item.item_description,
        item_facility.facility_id,
        facility.facility_code,
        item_facility.velocity_code,
        item_facility.putawaytype_label as putaway_type,
        item_facility.replenishment_type_label as replenishment_type,
        uom.uom_code as primary_uom_code,
        uom.uom_name as primary_uom_name,
        item_facility.max_lpn_qty,
        item_facility.preferred_area,
        item_facility.preferred_aisle,
        coalesce(item_facility.is_conveyable, 0) as is_conveyable,
        item_facility.created_at,
        item_facility.modified_at,
        item_facility.is_in_scope,
        item_facility.loaded_at
    from item_facility
    inner join newest on item_facility.item_facility_id = newest.item_facility_id
    left join item on item_facility.item_id = item.item_id
    left join facility on item_facility.facility_id = facility.facility_id
    left join uom on item_facility.primary_uom_id = uom.uom_id

)

select * from final
