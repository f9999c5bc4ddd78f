{#- The CTEs that turn versions (CTE `versions`) into status changes; the last one is `statuses_entered`.

    A version says when its record was changed; the previous version was read before the change. The status was entered between the two. Times never
    decrease within a record, even if the clock of the WMS did. Statuses that began and ended between two reads are missing. The key of a change
    consists of the record and its content and not of read_order, which depends on the order of parallel reads, so loading the same
    data again gives the same keys. -#}
{% macro status_changes(key, lookup) -%}
{%- set by_record = "over (partition by " ~ key ~ " order by read_order" -%}
meanings as (

    select * from {{ ref('int_status__meanings') }}
    where entity = '{{ lookup }}'

),

readable as (

    select
        {{ key }},
        read_order,
        status_id,
        modified_at,
        loaded_at,
        max(coalesce(modified_at, loaded_at)) {{ by_record }} rows unbounded preceding) as changed_at
    from versions
    where is_valid_document = 1 and status_id is not null

),

ranked as (

    select
        readable.*,
        {{ meaning_of_status('readable.status_id', 'meanings.meaning') }} as status_meaning,
        meanings.status_rank
    from readable
    left join meanings on readable.status_id = meanings.status_id

),

compared as (

    select
        ranked.*,
        lag(status_id) {{ by_record }}) as previous_status_id,
        lag(status_rank) {{ by_record }}) as previous_status_rank,
        lag(changed_at) {{ by_record }}) as changed_before_at,
        lag(loaded_at) {{ by_record }}) as read_before_at
    from ranked

),

statuses_entered as (

    select
        {{ hash_key([
            number_text(key),
            number_text('status_id'),
            timestamp_text('modified_at'),
            number_text('row_number() over (partition by ' ~ key ~ ', status_id, ' ~ timestamp_text('modified_at') ~ ' order by read_order)'),
        ]) }} as status_change_id,
        {{ key }},
        read_order,
        status_id,
        previous_status_id,
        status_meaning,
        case when status_rank < previous_status_rank then 1 else 0 end as is_backward,
        changed_before_at as entered_after_at,
        changed_at as entered_at,
        lead(changed_at) {{ by_record }}) as left_at,
        read_before_at,
        loaded_at
    from compared
    where previous_status_id is null or previous_status_id <> status_id

)
{%- endmacro %}
