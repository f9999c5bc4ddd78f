{#- A table of the loader, or no rows of its columns where it is not there: an entity that the tenant's user may not read or
    that is not configured, or a database nobody has loaded into, is an empty model and not a failed build.
    Only a build and freshness look: SQL can be compiled, linted and documented against an empty database. -#}
{% macro landed(table, columns) %}
    {%- if not execute or table.is_cte or flags.WHICH not in ('run', 'build', 'test', 'freshness') or load_relation(table) -%}
        {{ return(table) }}
    {%- endif -%}
    {%- if model.resource_type == 'model' -%}
        {{ log("The loader has no table " ~ table ~ ": nothing of it is in " ~ model.name ~ ".", info=true) }}
    {%- endif -%}
    {{- return(no_rows(columns)) -}}
{% endmacro %}
