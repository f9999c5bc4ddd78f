{#- Hook at the start of each dbt command that builds: deletes what `wms-elt elt` knows about earlier builds, unless it has started this one. A build of some
    models alone may leave others without versions that the next partial build would take for built. -#}
{% macro forget_build_state() -%}
    {%- for source in graph.get('sources', {}).values() if execute and source.name == 'elt_build_state' -%}
        {%- set state = api.Relation.create(source.database, source.schema, source.identifier) -%}
        {%- if flags.WHICH in ('build', 'run') and not env_var('WMS_ELT_BUILT_UP_TO', '') and load_relation(state) -%}
delete from {{ state }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
