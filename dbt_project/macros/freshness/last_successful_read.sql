{#- When the loader last read an entity to the end, also when nothing had changed. An entity the loader was never asked
    for is not stale; one whose reads all failed is. `loaded_at_query` of the sources. -#}
{% macro last_successful_read(raw) -%}
{%- set runs = landed(raw.incorporate(path={'identifier': 'elt_entity_run'}), {
    'entity': 'varchar(50)',
    'status': 'varchar(20)',
    'finished_at': 'timestamp',
}) -%}
select
    case
        when count(*) = 0 then {{ utc_now() }}
        else max(case when status = 'ok' then finished_at end)
    end as last_read_at
from {{ runs }}
where entity = '{{ raw.identifier | lower }}'
{%- endmacro %}
