{{ config(
    materialized='incremental',
    incremental_strategy='affected_rows',
    unique_key='rejection_id',
    meta={'affected': {'keys': 'int_order_hdr__affected', 'column': 'entity_id'}}
) }}

with order_hdr as (

    select * from {{ ref('stg_wms__order_hdr') }}
    {{ only_affected('order_hdr_id', 'int_order_hdr__affected') }}

),

facility as (

    select * from {{ ref('stg_wms__facility') }}

),

company as (

    select * from {{ ref('stg_wms__company') }}

),

highest_statuses as (

    select * from {{ ref('int_order_hdr__highest_status') }}

),

statuses as (

    select * from {{ ref('int_status__meanings') }}
    where entity = 'order'

),

candidates as (

    select
        order_hdr.order_hdr_id as entity_id,
        order_hdr.facility_id,
        order_hdr.company_id,
        order_hdr.order_nbr as natural_key,
        order_hdr.currency_code,
        order_hdr.status_id,
        order_hdr.created_at,
        order_hdr.order_shipped_at,
        {{ latest_possible_at('order_hdr') }} as latest_possible_at,
        order_hdr.is_valid_document,
        order_hdr.is_deleted,
        order_hdr.is_in_scope,
        order_hdr.loaded_at,
        facility.facility_id as known_facility_id,
        company.company_id as known_company_id,
        statuses.meaning as status_meaning,
        statuses.status_rank,
        highest_statuses.highest_status_rank,
        {{ first_id_of_key(
            'order_hdr', 'order_hdr_id', ['facility_id', 'company_id', 'order_nbr']
        ) }} as first_id_of_key
    from order_hdr
    left join facility on order_hdr.facility_id = facility.facility_id
    left join company on order_hdr.company_id = company.company_id
    left join statuses on order_hdr.status_id = statuses.status_id
    left join highest_statuses on order_hdr.order_hdr_id = highest_statuses.order_hdr_id

),

{{ rule_violations('order_hdr', labels={'order_number': 'natural_key'}) }}
