{#- When the loader last read an entity to the end, also when nothing had changed. An entity the loader was never asked
    for is not stale; one whose reads all failed is, and so is everything where no loader has run. `loaded_at_query` of the
    sources. -#}
{% macro last_successful_read(raw) -%}
{%- set runs = raw.incorporate(path={'identifier': 'elt_entity_run'}) -%}
{%- if execute and flags.WHICH == 'freshness' and not load_relation(runs) -%}
select timestamp '1970-01-01 00:00:00' as last_read_at {{ from_dual() }}
{%- else -%}
select
    case
        when count(*) = 0 then {{ utc_now() }}
        else max(case when status = 'ok' then finished_at end)
    end as last_read_at
from {{ runs }}
where entity = '{{ raw.identifier | lower }}'
{%- endif -%}
{%- endmacro %}
