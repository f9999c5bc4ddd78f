{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='status_change_id',
    meta={'affected': {'keys': 'int_order_hdr__affected', 'column': 'order_id'}},
    on_schema_change='append_new_columns'
) }}

with versions as (

    select * from {{ ref('stg_wms__order_hdr_versions') }}
    {{ only_affected('order_hdr_id', 'int_order_hdr__affected') }}

),

usable as (

    select
        order_id,
        order_nbr,
        facility_id,
        is_in_scope,
        created_at
    from {{ ref('int_order_hdr__localised') }}
    {{ only_affected('order_id', 'int_order_hdr__affected') }}

),

statuses as (

    select * from {{ ref('stg_wms__order_status') }}

),

{{ status_changes('order_hdr_id', 'order') }},

located as (

    select
        statuses_entered.*,
        usable.order_id,
        usable.order_nbr,
        usable.facility_id,
        usable.is_in_scope,
        usable.created_at,
        -- a record is created in the first status; another first status was entered before the first read
        case
            when
                statuses_entered.previous_status_id is null
                and {{ means('statuses_entered.status_meaning', 'created') }}
                then coalesce(usable.created_at, statuses_entered.entered_at)
            else statuses_entered.entered_at
        end as began_at
    from statuses_entered
    inner join usable on statuses_entered.order_hdr_id = usable.order_id

),

final as (

    select
        located.status_change_id,
        located.order_id,
        located.order_nbr,
        located.facility_id,
        located.status_id,
        statuses.status_description,
        located.status_meaning,
        located.previous_status_id,
        located.is_backward,
        coalesce(located.entered_after_at, located.created_at) as entered_after_at,
        located.began_at as entered_at,
        located.left_at,
        {{ seconds_between('located.began_at', 'located.left_at') }} as dwell_seconds,
        case when located.left_at is null then 1 else 0 end as is_current,
        located.is_in_scope,
        located.read_before_at,
        located.loaded_at
    from located
    left join statuses on located.status_id = statuses.order_status_id

)

select * from final
