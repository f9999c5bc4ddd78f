{#- A table as the last build left it: models int_<entity>__affected find former keys in it, such as the order that a line belonged to. It is no `ref`,
    because the table is built after them. -#}
{% macro as_built(name) %}
    {%- for node in graph.get('nodes', {}).values() if node.resource_type == 'model' and node.name == name -%}
        {{ return(node.relation_name) }}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error("There is no model " ~ name ~ ".") }}
{% endmacro %}
