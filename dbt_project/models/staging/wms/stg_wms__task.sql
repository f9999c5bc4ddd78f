{{ config(unique_key='task_id') }}

{%- set spec -%}
facility_id              integer      $.facility_id.id
company_id               integer      $.company_id.id
task_nbr                 string(50)   $.task_nbr
task_type_id             integer      $.task_type_id.id
task_type_label          string(100)  $.task_type_id.key
status_id                integer      $.status_id
wave_id                  integer      $.wave_id.id
cart_nbr                 string(50)   $.cart_nbr
curr_location_id         integer      $.curr_location_id.id
next_location_id         integer      $.next_location_id.id
destination_zone_id      integer      $.destination_zone_id.id
assigned_user            string(50)   $.assigned_user  personal
curr_task_type_exec_seq  integer      $.curr_task_type_exec_seq
created_by               string(30)   $.create_user    personal
created_at               timestamp    $.create_ts
modified_by              string(30)   $.mod_user       personal
modified_at              timestamp    $.mod_ts
{%- endset -%}

{{ json_entity(source('wms', 'task'), key='task_id', spec=spec) }}
