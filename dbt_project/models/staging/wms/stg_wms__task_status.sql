{{ config(unique_key='task_status_id') }}

{%- set spec -%}
status_description  string(100)  $.description
{%- endset -%}

{{ json_entity(source('wms', 'task_status'), key='task_status_id', spec=spec) }}
