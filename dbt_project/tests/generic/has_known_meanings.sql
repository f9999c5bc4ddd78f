{#- Rows of a seed of statuses whose meaning or entity the project doesn't know (macros status_vocabulary and status_lookups). -#}
{% test has_known_meanings(model) %}
select
    entity,
    meaning
from {{ model }}
where
    meaning is null
    or lower(meaning) not in ('{{ status_vocabulary().keys() | join("', '") }}')
    or entity not in ('any', '{{ status_lookups() | join("', '") }}')
{% endtest %}
