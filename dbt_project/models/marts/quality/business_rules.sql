with final as (
    {% for rule in business_rules() %}
    {%- set outer_loop = loop %}
    {%- for entity in rule.entities %}
    select
        cast('{{ entity }}' as varchar(50)) as entity,
        cast('{{ rule.name }}' as varchar(50)) as rule,
        cast('{{ rule.severity }}' as varchar(10)) as severity,
        cast('{{ rule.reason }}' as varchar(255)) as reason,
        cast('{{ rule.what_to_do }}' as varchar(255)) as what_to_do
    {{ from_dual() }}
    {{ 'union all' if not (loop.last and outer_loop.last) }}
    {%- endfor %}
    {%- endfor %}

)

select * from final
