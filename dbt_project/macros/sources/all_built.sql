{#- Whether all relations exist: a build of one part of the project must not fail because another part is missing. -#}
{% macro all_built(relations) %}
    {%- for relation in relations if not load_relation(relation) -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}
