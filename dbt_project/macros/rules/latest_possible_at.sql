{#- The latest time that an event noted in a document can have: its last change, or its reading when WMS keeps no time of
    change; a quarter of an hour is left for clocks that differ. Not the clock of the run: a verdict must not depend on when
    the rules are evaluated. -#}
{% macro latest_possible_at(document) -%}
    coalesce({{ document }}.modified_at, {{ document }}.loaded_at) + interval '15' minute
{%- endmacro %}
