with lpn as (

    select * from {{ ref('stg_wms__container') }}
    where container_type = 'O'

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'container'

),

contents as (

    select * from {{ ref('int_container__orders') }}

),

transport as (

    select * from {{ ref('int_container__transport') }}

),

pallet as (

    select * from {{ ref('stg_wms__pallet') }}

),

order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

final as (

    select
        lpn.container_id,
        lpn.container_nbr,
        lpn.facility_id,
        lpn.company_id,
        lpn.weight,
        pallet.pallet_nbr,
        lpn.created_at,
        lpn.modified_at,
        lpn.is_in_scope,
        lpn.is_deleted,
        lpn.deleted_at,
        lpn.loaded_at,
        statuses.status_id,
        statuses.status_description,
        statuses.meaning as status_meaning,
        contents.order_id,
        contents.order_count,
        contents.line_count,
        contents.packed_qty,
        transport.load_id,
        transport.stop_seq_nbr,
        coalesce(transport.ship_via_id, order_hdr.ship_via_id) as ship_via_id,
        transport.tracking_nbr,
        transport.rate,
        transport.est_delivery_at
    from lpn
    inner join statuses on lpn.status_id = statuses.status_id
    left join contents
        on
            lpn.container_nbr = contents.container_nbr
            and lpn.facility_id = contents.facility_id
    left join transport on lpn.container_id = transport.container_id
    left join pallet on lpn.pallet_id = pallet.pallet_id
    left join order_hdr on contents.order_id = order_hdr.order_hdr_id
    where {{ means('statuses.meaning', 'shipped') }}

)

select * from final
