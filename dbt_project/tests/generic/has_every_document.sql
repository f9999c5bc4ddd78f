{#- Documents of the raw table that are missing in staging, and staging records without a document. Ignores documents that land
    during the build. -#}
{% test has_every_document(model, column_name, raw) %}
{%- set is_counted = new_documents(raw) %}
with landed as (

    select distinct entity_id
    from {{ raw_versions(raw) }}
    where
        read_order <= (select max(read_order) from {{ model }})
        {{ is_counted }}

),

staged as (

    select {{ column_name }} as entity_id
    from {{ model }}
    where
        1 = 1
        {{ is_counted }}

)

select
    landed.entity_id as landed_id,
    staged.entity_id as staged_id
from landed
full outer join staged on landed.entity_id = staged.entity_id
where landed.entity_id is null or staged.entity_id is null
{% endtest %}
