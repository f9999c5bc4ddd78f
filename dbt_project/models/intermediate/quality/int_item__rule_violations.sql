with item as (

    select * from {{ ref('int_item__described') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

candidates as (

    select
        item.item_id as entity_id,
        cast(null as {{ dbt.type_bigint() }}) as facility_id,
        item.currency_code,
        item.is_valid_document,
        item.is_deleted,
        item.is_in_scope,
        item.loaded_at,
        item.item_code as natural_key,
        company.company_id as known_owner_id,
        {{ first_id_of_key('item', 'item_id', ['company_id', 'item_code']) }} as first_id_of_key
    from item
    left join company on item.company_id = company.company_id

),

{{ rule_violations('item', labels={'item_code': 'natural_key'}) }}
