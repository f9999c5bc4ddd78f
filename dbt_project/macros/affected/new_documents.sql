{#- In a partial build, ends the `where` clause so that only documents landed since the last build are compared. -#}
{% macro new_documents(raw) -%}
    {%- for source in graph.get('sources', {}).values() if built_up_to() and source.relation_name == raw | string -%}
        and {{ is_new(source.name) }}
    {%- endfor -%}
{%- endmacro %}
