{#- The LPNs of a line: by id, which the WMS sends since release 25C; else by number; else, for a line announced by
    item, the LPNs that were received with the shipment and hold or held the item. -#}
with lines as (

    select * from {{ ref('int_ib_shipment_dtl__assessed') }}

),

shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

lpn as (

    select * from {{ ref('stg_wms__container') }}
    where container_type = 'I'

),

numbered_lpns as (

    select
        facility_id,
        container_nbr,
        max(container_id) as container_id
    from lpn
    group by facility_id, container_nbr

),

contents as (

    select * from {{ ref('int_ib_shipment__contents') }}

),

lpns_of_lines as (

    select
        ib_shipment_dtl_id,
        container_id
    from lines
    where container_id is not null

    union all

    select
        lines.ib_shipment_dtl_id,
        numbered_lpns.container_id
    from lines
    inner join shipment on lines.ib_shipment_id = shipment.ib_shipment_id
    inner join numbered_lpns
        on
            lines.container_nbr = numbered_lpns.container_nbr
            and shipment.facility_id = numbered_lpns.facility_id
    where lines.container_id is null

    union all

    select
        lines.ib_shipment_dtl_id,
        contents.container_id
    from lines
    inner join contents
        on
            lines.ib_shipment_id = contents.ib_shipment_id
            and lines.item_id = contents.item_id
    where
        lines.container_id is null
        and lines.container_nbr is null

),

final as (

    select
        lpns_of_lines.ib_shipment_dtl_id,
        cast(count(*) as integer) as lpn_count,
        case when count(*) = 1 then max(lpns_of_lines.container_id) end as container_id,
        min(lpn.rcvd_at) as received_at,
        -- a line is stored once its last LPN is
        case when count(lpn.first_putaway_at) = count(*) then max(lpn.first_putaway_at) end as stored_at
    from lpns_of_lines
    left join lpn on lpns_of_lines.container_id = lpn.container_id
    group by lpns_of_lines.ib_shipment_dtl_id

)

select * from final
