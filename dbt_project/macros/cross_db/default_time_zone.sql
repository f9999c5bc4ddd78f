{#- The time zone of a facility that the seed facility_time_zones does not name, or that is not known, as an expression. -#}
{% macro default_time_zone() -%}
    '{{ var("default_time_zone", "America/Sao_Paulo") }}'
{%- endmacro %}
