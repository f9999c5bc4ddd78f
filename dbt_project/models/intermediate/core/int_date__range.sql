with order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}

),

ib_shipment as (

    select * from {{ ref('stg_wms__ib_shipment') }}

),

inventory as (

    select * from {{ ref('stg_wms__inventory_versions') }}
    where is_valid_document = 1

),

bounds as (

    select
        min(created_at) as first_at,
        max(loaded_at) as last_at,
        max(req_ship_date) as last_date
    from order_hdr
    union all
    select
        min(created_at) as first_at,
        max(loaded_at) as last_at,
        cast(null as date) as last_date
    from ib_shipment
    union all
    -- daily stock has days without orders too
    select
        min(loaded_at) as first_at,
        max(loaded_at) as last_at,
        cast(null as date) as last_date
    from inventory

),

widest as (

    select
        min(first_at) as first_at,
        max(last_at) as last_at,
        max(last_date) as last_date
    from bounds

),

spanned as (

    -- one more day at both ends, because local time can be ahead of UTC or behind it
    select
        extract(year from {{ add_days('first_at', -1) }}) as first_year,
        greatest(
            extract(year from {{ add_days('last_at', 1) }}),
            extract(year from coalesce(last_date, {{ to_day('last_at') }}))
        ) as last_year
    from widest

)

select * from spanned
