{#- Names tables of failing rows dq__<test>, and folds all names to lower case.
    Why: a test could have the name of a model, and both databases fold unquoted names in their own way.
    Since: the first release. This is dbt's extension point for names, not a fix.
    Remove when: never; it is a convention of this project. -#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- set name = (custom_alias_name or node.name) | trim | lower -%}
    {{ "dq__" ~ name if node.resource_type == 'test' else name }}
{%- endmacro %}
