-- Every meaning in the seeds of statuses is a meaning that the project knows (macro status_vocabulary). Returns other rows.
{%- set known = "'" ~ status_vocabulary().keys() | join("', '") ~ "'" %}
{%- for seed in ['status_meanings', 'status_ids', 'status_overrides'] %}
select
    cast('{{ seed }}' as varchar(30)) as seed,
    entity,
    meaning
from {{ ref(seed) }}
where
    meaning is null
    or lower(meaning) not in ({{ known }})
    or entity not in ('any', '{{ status_lookups() | join("', '") }}')
{{ 'union all' if not loop.last }}
{%- endfor %}
