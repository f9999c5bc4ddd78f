{#- The `where` clause of an import CTE that limits it to affected keys, or the end of one; nothing in a whole build. `keys` is the name of a model
    int_<entity>__affected. -#}
{% macro only_affected(column, keys, word='where') -%}
    {%- set affected = ref_outside_unit_tests(keys) -%}
    {%- if is_partial() -%}
{{ word }} {{ column }} in (select * from {{ affected }})
    {%- endif -%}
{%- endmacro %}


{#- A `ref` to a model that a unit test needn't give rows for, because a whole build doesn't read it. -#}
{% macro ref_outside_unit_tests(name) %}
    {{ return(none if model.resource_type == 'unit_test' else ref(name)) }}
{% endmacro %}


{#- Makes dbt build the model after another one, which reads the model's table as the last build left it. -#}
{% macro build_after(name) %}
    {%- do ref_outside_unit_tests(name) -%}
{% endmacro %}
