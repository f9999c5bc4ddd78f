with final as (
    {%- for lookup in status_lookups() %}
    select
        cast('{{ lookup }}' as varchar(30)) as entity,
        {{ lookup }}_status_id as status_id,
        status_description,
        is_deleted
    from {{ ref('stg_wms__' ~ lookup ~ '_status') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from final
