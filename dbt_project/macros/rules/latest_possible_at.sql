{#- The latest time that an event noted in a document can have: its last change, or its reading when WMS keeps no time of
    change. Not the clock of the run: a verdict must not depend on when the rules are evaluated. -#}
{% macro latest_possible_at(document) -%}
    coalesce({{ document }}.modified_at, {{ document }}.loaded_at)
{%- endmacro %}


{#- A condition for a rule: an event came before another that it must follow, by more than clocks may differ. -#}
{% macro is_before(event_at, other_at) -%}
    {{ return(seconds_between(event_at, other_at) ~ ' > ' ~ var('clock_tolerance_seconds')) }}
{%- endmacro %}
