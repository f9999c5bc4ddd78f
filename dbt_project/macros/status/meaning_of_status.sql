{#- The meaning of a record's status: unknown for a status without a meaning or that the lookup lacks, null for a record without a status. -#}
{% macro meaning_of_status(status_id, meaning) -%}
    cast(case when {{ status_id }} is not null then coalesce({{ meaning }}, 'unknown') end as varchar(30))
{%- endmacro %}
