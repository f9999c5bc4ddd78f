{#- Time zone of facilities that the seed facility_time_zones doesn't list, and of unknown ones, as an expression. -#}
{% macro default_time_zone() -%}
    '{{ var("default_time_zone", "America/Sao_Paulo") }}'
{%- endmacro %}
