{%- set columns = {
    'compared_at': 'timestamp',
    'entity': 'varchar(50)',
    'source_rows': dbt.type_bigint(),
    'pending_rows': dbt.type_bigint(),
    'missing_rows': dbt.type_bigint(),
    'stale_rows': dbt.type_bigint(),
    'vanished_rows': dbt.type_bigint(),
} -%}
with compared as (

    select * from {{ source_or_empty(source('elt', 'elt_reconciliation'), columns) }}

),

latest as (

    select
        entity,
        max(compared_at) as compared_at
    from compared
    where source_rows is not null
    group by entity

),

final as (

    select
        compared.entity,
        compared.compared_at,
        sum(compared.source_rows) as source_count,
        sum(compared.pending_rows) as pending_count,
        sum(compared.missing_rows) as missing_count,
        sum(compared.stale_rows) as stale_count,
        sum(compared.vanished_rows) as vanished_count
    from compared
    inner join latest on compared.entity = latest.entity and compared.compared_at = latest.compared_at
    group by compared.entity, compared.compared_at

)

select * from final
