{#- The raw table of an entity, or no rows where the loader has none: an entity that the tenant's user may not read or
    that is not configured is an empty model, not a failed build. No raw table at all is a wrong schema, and said so.
    Only a build looks: SQL can be compiled, linted and documented against an empty database. -#}
{% macro raw_versions(raw) %}
    {%- if not execute or raw.is_cte or flags.WHICH not in ('run', 'build', 'test') or load_relation(raw) -%}
        {{ return(raw) }}
    {%- endif -%}
    {%- if not load_relation(raw.incorporate(path={'identifier': 'elt_landing'})) -%}
        {{ exceptions.raise_compiler_error(
            "No raw tables in schema '" ~ raw.schema ~ "': load first (make load), or set WMS_ELT_RAW_SCHEMA to their schema."
        ) }}
    {%- endif -%}
    {%- if model.resource_type == 'model' -%}
        {{ log("The loader has no table " ~ raw ~ ": " ~ model.name ~ " is empty.", info=true) }}
    {%- endif -%}
    {{- return(no_raw_versions()) -}}
{% endmacro %}


{% macro raw_version_columns() -%}
    entity_id, doc, content_hash, is_deleted, read_at, read_order, dlt_load_id
{%- endmacro %}


{% macro no_raw_versions() -%}
(
        select
            cast(null as {{ dbt.type_bigint() }}) as entity_id,
            cast(null as varchar(32)) as doc,
            cast(null as varchar(32)) as content_hash,
            cast(null as {{ dbt.type_bigint() }}) as is_deleted,
            cast(null as timestamp) as read_at,
            cast(null as {{ dbt.type_bigint() }}) as read_order,
            cast(null as varchar(64)) as dlt_load_id
        {{ from_dual() }}
        where 1 = 0
    ) no_versions
{%- endmacro %}
