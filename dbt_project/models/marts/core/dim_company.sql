with company as (

    select * from {{ ref('stg_wms__company') }}

),

final as (

    select
        company.company_id,
        company.company_code,
        company.company_name,
        company.parent_company_id,
        parent.company_code as parent_company_code,
        company.city,
        company.state,
        company.country,
        company.created_at,
        company.modified_at,
        company.is_deleted,
        company.deleted_at,
        company.is_in_scope,
        company.loaded_at
    from company
    left join company parent on company.parent_company_id = parent.company_id

)

select * from final
