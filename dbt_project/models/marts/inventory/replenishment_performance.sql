with moves as (

    select * from {{ ref('int_replenishment__moves') }}

),

requests as (

    select * from {{ ref('int_replenishment__requests') }}

),

combined as (

    select
        coalesce(moves.facility_id, requests.facility_id) as facility_id,
        coalesce(moves.facility_code, requests.facility_code) as facility_code,
        coalesce(moves.item_id, requests.item_id) as item_id,
        coalesce(moves.item_code, requests.item_code) as item_code,
        coalesce(moves.business_date, requests.business_date) as business_date,
        {%- for measure in [
            'move_count', 'done_count', 'open_count', 'within_sla_count', 'timed_count', 'allocated_qty', 'moved_qty',
            'cycle_seconds',
        ] %}
        coalesce(moves.{{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        coalesce(requests.request_count, 0) as request_count,
        coalesce(requests.requested_qty, 0) as requested_qty,
        coalesce(requests.short_qty, 0) as short_qty
    from moves
    full outer join requests
        on
            moves.facility_id = requests.facility_id
            and moves.item_id = requests.item_id
            and moves.business_date = requests.business_date

),

final as (

    select
        {{ hash_key([number_text('facility_id'), number_text('item_id'), timestamp_text('business_date')]) }}
            as replenishment_id,
        facility_id,
        facility_code,
        item_id,
        item_code,
        business_date,
        cast(move_count as integer) as move_count,
        cast(done_count as integer) as done_count,
        cast(open_count as integer) as open_count,
        cast(within_sla_count as integer) as within_sla_count,
        cast(timed_count as integer) as timed_count,
        cast(allocated_qty as decimal(19, 6)) as allocated_qty,
        cast(moved_qty as decimal(19, 6)) as moved_qty,
        cast(cycle_seconds as {{ dbt.type_bigint() }}) as cycle_seconds,
        {{ ratio('within_sla_count', 'timed_count') }} as within_sla_ratio,
        cast(request_count as integer) as request_count,
        cast(requested_qty as decimal(19, 6)) as requested_qty,
        cast(short_qty as decimal(19, 6)) as short_qty
    from combined

)

select * from final
