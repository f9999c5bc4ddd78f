{%- set columns = {
    'run_id': 'varchar(50)',
    'entity': 'varchar(50)',
    'status': 'varchar(20)',
    'rows_read': dbt.type_bigint(),
    'finished_at': 'timestamp',
} -%}
with entity_runs as (

    select * from {{ source_or_empty(source('elt', 'elt_entity_run'), columns) }}

),

final as (

    select
        {{ columns | join(',\n        ') }}
    from entity_runs

)

select * from final
