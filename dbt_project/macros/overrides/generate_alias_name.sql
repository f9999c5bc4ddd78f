{#- The table of failing rows of a test is dq__<test>, so that it cannot meet a model's name; all names are lower case,
    which both databases fold as they like. -#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- set name = (custom_alias_name or node.name) | trim | lower -%}
    {{ "dq__" ~ name if node.resource_type == 'test' else name }}
{%- endmacro %}
