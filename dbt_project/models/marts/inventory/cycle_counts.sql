with counts as (

    select * from {{ ref('int_cc_adjustment_hdr__localised') }}

),

lines as (

    select
        cc_adjustment_dtl_id,
        cc_adjustment_hdr_id,
        item_id,
        lpn_id,
        expected_location_id,
        unit_cost,
        created_by,
        coalesce(expected_qty, 0) as expected_qty,
        coalesce(counted_qty, 0) as counted_qty,
        is_in_scope,
        is_deleted,
        loaded_at
    from {{ ref('stg_wms__cc_adjustment_dtl') }}
    where is_valid_document = 1

),

item as (

    select * from {{ ref('int_item__described') }}

),

location as (

    select * from {{ ref('stg_wms__location') }}

),

lpn as (

    select * from {{ ref('stg_wms__container') }}

),

final as (

    select
        lines.cc_adjustment_dtl_id,
        lines.cc_adjustment_hdr_id,
        counts.group_nbr as count_nbr,
        counts.facility_id,
        counts.facility_code,
        counts.company_id,
        counts.company_code,
        counts.business_date,
        counts.created_at as counted_at,
        coalesce(counts.location_id, lines.expected_location_id) as location_id,
        location.locn_str as location_code,
        lines.item_id,
        item.item_code,
        item.item_description,
        lines.lpn_id as container_id,
        lpn.container_nbr,
        counts.status_id,
        counts.status_description,
        counts.status_meaning,
        counts.reason_code,
        counts.reason_description,
        counts.creation_type_label as creation_type,
        cast(lines.expected_qty as decimal(19, 6)) as expected_qty,
        cast(lines.counted_qty as decimal(19, 6)) as counted_qty,
        cast(lines.counted_qty - lines.expected_qty as decimal(19, 6)) as difference_qty,
        cast(coalesce(lines.unit_cost, item.unit_cost) as decimal(19, 6)) as unit_cost,
        cast(
            round((lines.counted_qty - lines.expected_qty) * coalesce(lines.unit_cost, item.unit_cost), 6)
            as decimal(19, 6)
        ) as difference_value,
        item.currency_code,
        case when lines.counted_qty = lines.expected_qty then 1 else 0 end as is_accurate,
        min(case when lines.counted_qty = lines.expected_qty then 1 else 0 end) over (
            partition by lines.cc_adjustment_hdr_id
        ) as is_location_accurate,
        case when {{ means('counts.status_meaning', 'completed') }} then 1 else 0 end as is_approved,
        case when {{ means('counts.status_meaning', 'cancelled') }} then 1 else 0 end as is_rejected,
        {{ pseudonym('lines.created_by', 32) }} as user_pseudonym,
        lines.is_in_scope,
        lines.is_deleted,
        lines.loaded_at
    from lines
    left join counts on lines.cc_adjustment_hdr_id = counts.cc_adjustment_hdr_id
    left join item on lines.item_id = item.item_id
    left join location on coalesce(counts.location_id, lines.expected_location_id) = location.location_id
    left join lpn on lines.lpn_id = lpn.container_id

)

select * from final
