{#- Time zone of facilities that have none in the WMS or in the seed facility_time_zones, and of unknown facilities, as an expression. -#}
{% macro default_time_zone() -%}
    '{{ var("default_time_zone") }}'
{%- endmacro %}
