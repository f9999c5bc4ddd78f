-- The loader has written to the raw schema. Returns the schema otherwise: nothing has been loaded yet, or it is the
-- wrong schema.
{{ config(severity='warn') }}
{%- set landings = source('elt', 'elt_landing') -%}
{%- set is_missing = execute and flags.WHICH in ('build', 'test') and not load_relation(landings) -%}
{%- if is_missing -%}
    {%- do exceptions.warn(
        "No raw tables in schema '" ~ landings.schema ~ "': load first (make load), or set GRUPONOS_TARGET__RAW_SCHEMA (for dbt alone WMS_ELT_RAW_SCHEMA) to their schema."
    ) -%}
{%- endif %}
select '{{ landings.schema }}' as empty_schema
{{ from_dual() }}
where 1 = {{ 1 if is_missing else 0 }}
