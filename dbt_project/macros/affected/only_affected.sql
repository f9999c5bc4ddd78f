{#- The `where` clause of an import CTE that limits it to affected keys; nothing in a whole build. `keys` is the name of a model int_<entity>__affected. -#}
{% macro only_affected(column, keys) -%}
    {%- set affected = ref(keys) -%}
    {%- if is_partial() -%}
where {{ column }} in (select * from {{ affected }})
    {%- endif -%}
{%- endmacro %}
