{#- The `loaded_at_query` of the sources: when the loader last read an entity to the end, even if nothing had changed. An entity that the loader
    was never asked for is not stale. An entity whose reads all failed is stale, and so is every entity if the loader has never run. -#}
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
