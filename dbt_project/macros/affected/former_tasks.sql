{#- Union for int_task__affected: activities that changed steps belonged to. -#}
{% macro former_activities() -%}
    {%- if built_up_to() %}

    union all

    select wms_activity_id
    from {{ as_built('int_activity_dtl__activities') }}
    where wms_activity_dtl_id in (select steps.wms_activity_dtl_id from steps)
    {%- endif -%}
{%- endmacro %}


{#- Union for int_task__affected: facilities and numbers of tasks that changed activities had before. -#}
{% macro former_task_numbers() -%}
    {%- if built_up_to() %}

    union all

    select
        facility_id,
        task_nbr
    from {{ as_built('int_activity__tasks') }}
    where wms_activity_id in (select activities.wms_activity_id from activities)
    {%- endif -%}
{%- endmacro %}


{#- Union for int_task__affected: tasks that affected allocations belonged to. -#}
{% macro former_tasks() -%}
    {%- if built_up_to() %}

    union all

    select task_id
    from {{ as_built('int_allocation__groups') }}
    where allocation_id in (select changed_allocations.allocation_id from changed_allocations)
    {%- endif -%}
{%- endmacro %}
