{#- A table of the loader, or an empty relation with its columns if it doesn't exist: an entity that the user may not read or that is not configured, or a
    database without any load, gives an empty model instead of a failed build. Checked in builds and freshness only, so SQL can be compiled,
    linted and documented with an empty database. -#}
{% macro source_or_empty(table, columns) %}
    {%- if not execute or table.is_cte or flags.WHICH not in ('run', 'build', 'test', 'freshness') or load_relation(table) -%}
        {{ return(table) }}
    {%- endif -%}
    {%- if model.resource_type == 'model' and not is_optional(table) -%}
        {{ log("The loader has not created " ~ table ~ ", so " ~ model.name ~ " has no rows from it.", info=true) }}
    {%- endif -%}
    {{- return(empty_relation(columns)) -}}
{% endmacro %}


{#- Whether a table of the loader is marked is_optional: an entity that is not read by default, so its absence is no news. -#}
{% macro is_optional(table) %}
    {%- for source in graph.sources.values() if source.identifier == table.identifier and source.meta.get('is_optional') -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ return(false) }}
{% endmacro %}
