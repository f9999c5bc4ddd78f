{#- The `where` clause of an import CTE that limits it to affected keys, or the end of one; nothing in a whole build. `keys` is the name of a model
    int_<entity>__affected. -#}
{% macro only_affected(column, keys, word='where') -%}
    {%- set affected = ref(keys) -%}
    {%- if is_partial() -%}
{{ word }} {{ column }} in (select * from {{ affected }})
    {%- endif -%}
{%- endmacro %}
