{#- The latest possible time of an event in a document: its last change, or its reading if the WMS doesn't record changes. Not the current time, because the
    result of a rule must not depend on when it is evaluated. -#}
{% macro latest_possible_at(document) -%}
    coalesce({{ document }}.modified_at, {{ document }}.loaded_at)
{%- endmacro %}


{#- A condition of a rule: an event is earlier than the event it must follow, by more than clock_tolerance_seconds. -#}
{% macro is_before(event_at, other_at) -%}
    {{ return(seconds_between(event_at, other_at) ~ ' > ' ~ var('clock_tolerance_seconds')) }}
{%- endmacro %}
