{#- Order lines with their unit and wave, and why a line is short. -#}
with lines as (

    select * from {{ ref('int_order_dtl__fulfilled') }}

),

shorted as (

    select * from {{ ref('int_order_dtl__shorted') }}

),

wave as (

    select * from {{ ref('stg_wms__wave') }}

),

uom as (

    select * from {{ ref('stg_wms__uom') }}

),

explained as (

    select
        lines.*,
        uom.uom_code,
        wave.run_nbr as wave_nbr,
        cast(
            case
                when lines.short_qty is null or lines.short_qty = 0 then null
                when lines.is_cancelled = 1 then 'cancelled'
                when lines.allocated_qty < lines.wanted_qty then 'not allocated'
                else 'not picked'
            end as varchar(20)
        ) as short_cause,
        case when lines.short_qty > 0 then shorted.reason_code end as short_reason_code,
        case when lines.short_qty > 0 then shorted.reason_description end as short_reason
    from lines
    left join uom on lines.uom_id = uom.uom_id
    left join wave on lines.wave_id = wave.wave_id
    left join shorted
        on
            lines.order_id = shorted.order_id
            and lines.seq_nbr = shorted.order_seq_nbr

)

select * from explained
