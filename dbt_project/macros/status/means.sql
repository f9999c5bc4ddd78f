{#- A condition: the meaning of a status belongs to a group. Never null: an unknown meaning belongs to no group, so the condition can be negated. -#}
{% macro means(column, group) -%}
    case when {{ column }} in ('{{ status_group(group) | join("', '") }}') then 1 else 0 end = 1
{%- endmacro %}


{#- The meanings of a group, or the meaning of that name alone. -#}
{% macro status_group(group) %}
    {%- set vocabulary = status_vocabulary() -%}
    {%- set terminal = [] -%}
    {%- for meaning, details in vocabulary.items() if details.get('is_terminal') -%}
        {%- do terminal.append(meaning) -%}
    {%- endfor -%}
    {%- set groups = {
        'terminal': terminal,
        'shipped': ['shipped', 'delivered'],
        'done': ['completed', 'cancelled'],
        'out_of_storage': ['in_transit', 'lost', 'consumed', 'cancelled'],
        'out_of_dispatch': ['shipped', 'delivered', 'cancelled'],
    } -%}
    {%- if group in groups -%}
        {{ return(groups[group]) }}
    {%- elif group not in vocabulary -%}
        {{ exceptions.raise_compiler_error("Can't use the status group '" ~ group ~ "': it is neither a group nor a meaning of status_vocabulary.") }}
    {%- endif -%}
    {{ return([group]) }}
{% endmacro %}


{#- A condition: an LPN holds stock that is in the warehouse. Not so for an outbound LPN that is shipped, delivered or cancelled, and for an inbound LPN that is
    in transit, lost, consumed or cancelled. True without an LPN. -#}
{% macro is_stored(container_type, status_meaning) -%}
    case
        when {{ container_type }} = 'O' and {{ means(status_meaning, 'out_of_dispatch') }} then 0
        when {{ container_type }} = 'I' and {{ means(status_meaning, 'out_of_storage') }} then 0
        else 1
    end
{%- endmacro %}
