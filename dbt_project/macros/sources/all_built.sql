{#- Whether all relations are there: a build of a part of the project must not fail for the other parts. -#}
{% macro all_built(relations) %}
    {%- for relation in relations if not load_relation(relation) -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}
