{#- Statuses with more than one row in a seed of overrides: two rows with one id, or with names that differ only in case, accents or hyphens. -#}
{% test has_one_meaning_per_status(model) %}
with rows_of_statuses as (

    select
        entity,
        status_id,
        case when status_id is null then {{ plain_text('status_description') }} end as plain_name
    from {{ model }}

)

select
    entity,
    status_id,
    plain_name,
    count(*) as row_count
from rows_of_statuses
group by entity, status_id, plain_name
having count(*) > 1
{% endtest %}
