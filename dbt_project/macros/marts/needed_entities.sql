{#- Pairs of a mart and an entity without which it has no rows, as its `meta.needs` declares. Empty while dbt parses. -#}
{% macro needed_entities() %}
    {%- set found = [] -%}
    {%- for node in graph.get('nodes', {}).values() if node.resource_type == 'model' and node.config.get('meta', {}).get('needs') -%}
        {%- for entity in node.config.meta.needs -%}
            {%- do found.append((node.alias, entity)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found | sort) }}
{% endmacro %}
